"""EN082: the pool limits nothing."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN082",
    title="The pool limits nothing",
    severity="warning",
    help=(
        "Slots of an Airflow pool are not shared with Dagster. Limit the job, or tag its ops and "
        "set a limit in the instance's concurrency settings."
    ),
    before='BashOperator(task_id="load", pool="warehouse", ...)',
    after='"load": Task()',
)
