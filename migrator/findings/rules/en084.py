"""EN084: where the task ran is not kept."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN084",
    title="Where the task ran is not kept",
    severity="warning",
    help=(
        "Queues, executors and their configuration do not apply: the task runs in the Airflow "
        "interpreter on the machine of the Dagster step. Configure Dagster's run launcher or "
        "executor instead."
    ),
    before='BashOperator(task_id="load", queue="big", ...)',
    after='"load": Task()',
)
