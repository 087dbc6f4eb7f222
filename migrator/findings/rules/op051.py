"""OP051: an argument that decides what the step is."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP051",
    title="An argument that decides what the step is",
    severity="info",
    help=(
        "The new code depends on this argument, so it has to be a constant that the converter knows. "
        "The task runs in Airflow, as one step of the DAG; write the value out to have it converted."
    ),
    before='FileSensor(task_id="wait", filepath="/landing/orders.csv", soft_fail=SOFT)',
    after='FileSensor(task_id="wait", filepath="/landing/orders.csv", soft_fail=True)',
)
