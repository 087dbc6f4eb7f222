"""EN051: a hook is used in a way that its resource does not know."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN051",
    title="A hook is used in a way that its resource does not know",
    severity="info",
    help=(
        "A hook becomes a resource when each use of it is seen, and the resource has the same method. This one is "
        "asked for another method, or goes where that cannot be seen: into a list, to a function of another "
        "module, into a variable of the module. The task runs in Airflow, as one step of the DAG; use a method "
        "that the resource has, or write it there."
    ),
    before='def load():\n    PostgresHook("shop").get_table_primary_key("orders")',
    after='def load(shop: Database):\n    shop.get_records("SELECT column_name FROM ...")',
)
