"""EN008: a connection whose name is only known at run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN008",
    title="A connection whose name is only known at run time",
    severity="warning",
    help=(
        "The inventory cannot list it. Look up which connections it can be: each becomes a resource, or "
        "the environment of one."
    ),
    before="PostgresHook(postgres_conn_id=context['params']['db'])",
    after="PostgresHook(postgres_conn_id='orders_db')",
)
