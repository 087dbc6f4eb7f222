"""OP101: a command of dbt that stays one of the shell."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP101",
    title="A command of dbt stays one of the shell",
    severity="info",
    help=(
        "The plan asks for models as assets, and this command cannot give them: it does more than one thing, its "
        "selection is known when it runs only, another task makes the same models, or the DAG needs ops. It runs in a "
        "shell, as in Airflow. Write one plain dbt command a task, with a selection that is a constant, to have assets."
    ),
    before='BashOperator(task_id="models", bash_command="dbt deps && dbt run | tee log")',
    after='BashOperator(task_id="models", bash_command="dbt run --select staging")',
)
