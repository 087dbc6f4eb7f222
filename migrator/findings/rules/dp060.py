"""DP060: a function around the work of a task."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP060",
    title="A function around the work of a task",
    severity="info",
    help=(
        "A `post_execute` of the file that asks for `outlet_events` and `run_id` alone moves along. Others, and "
        "`pre_execute`, get Airflow's context and may end or change what the task does. Airflow "
        "still runs the task."
    ),
    before='BashOperator(task_id="load", bash_command="load", pre_execute=skip_on_holidays)',
)
