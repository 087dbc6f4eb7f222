"""OP081: another DAG is out of reach."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP081",
    title="Another DAG is out of reach",
    severity="error",
    help=(
        "Each run has a database of its own, in which there are no runs of other DAGs: a sensor "
        "on another DAG waits until its timeout, and a triggered run is never started. Convert "
        "this DAG together with the other one, or use a run status sensor."
    ),
    before='ExternalTaskSensor(task_id="wait", external_dag_id="orders")',
    after='"wait": Task()',
)
