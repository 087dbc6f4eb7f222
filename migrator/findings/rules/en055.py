"""EN055: the name of a resource is taken."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN055",
    title="The name of a resource is taken",
    severity="info",
    help=(
        "A resource is called like its connection, and the function of the task means something else by that name, or "
        "uses the connection as two kinds of service. The task runs in Airflow; rename the variable."
    ),
    before='def load(shop):\n    PostgresHook("shop").run("VACUUM")',
    after='def load(items):\n    PostgresHook("shop").run("VACUUM")',
)
