"""EN052: a hook is made with an argument that its resource does not have."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN052",
    title="A hook is made with an argument that its resource does not have",
    severity="info",
    help=(
        "Of a hook that becomes a resource only the connection may be named. The task runs in Airflow, as one step of "
        "the DAG; put what the argument says into the extra of the connection, or into a connection of its own."
    ),
    before='PostgresHook("shop", options="-c search_path=sales")',
    after='PostgresHook("shop_sales")  # options is in the extra of that connection',
)
