"""OP070: the kind of a connection's database is not known."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP070",
    title="The kind of a connection's database is not known",
    severity="info",
    help=(
        "A SQL operator asks the type of its connection, which no DAG file tells. A hook of the same connection in the "
        "file tells it, and so does an operator of one kind of database; without, the task runs in Airflow, as one "
        "step of the DAG. Only PostgreSQL has a resource."
    ),
    before='SQLExecuteQueryOperator(task_id="load", conn_id="shop", sql="SELECT 1")',
    after='def load():\n    PostgresHook("shop").run("SELECT 1")',
)
