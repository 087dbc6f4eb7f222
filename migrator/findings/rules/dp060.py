"""DP060: a function around the work of a task."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP060",
    title="A function around the work of a task",
    severity="info",
    help=(
        "`pre_execute` and `post_execute` get Airflow's context and may end or change what the task does. Airflow "
        "still runs the task."
    ),
    before='BashOperator(task_id="load", bash_command="load", pre_execute=skip_on_holidays)',
)
