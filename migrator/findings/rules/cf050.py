"""CF050: a branch to a task that does not follow it."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF050",
    title="A branch to a task that does not follow it",
    severity="info",
    help=(
        "The branch names a task that is not right after it, or what it names is no constant. The task"
        " runs in Airflow, as one step of the DAG."
    ),
    before='BranchDayOfWeekOperator(task_id="choose", follow_task_ids_if_true="report", ...) ',
)
