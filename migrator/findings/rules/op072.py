"""OP072: a SQL task has an argument that its resource does not have."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP072",
    title="A SQL task has an argument that its resource does not have",
    severity="info",
    help=(
        "The argument changes what the task runs, where, or what it gives: another database, parameters of the hook, "
        "a function that works over the rows. The task runs in Airflow, as one step of the DAG; write it as a function "
        "that uses a hook."
    ),
    before='SQLExecuteQueryOperator(task_id="load", sql="SELECT 1", output_processor=first_column)',
    after='def load():\n    return first_column(PostgresHook("shop").get_records("SELECT 1"))',
)
