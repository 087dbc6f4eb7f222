"""EN053: a connection is a resource."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN053",
    title="A connection is a resource",
    severity="info",
    help=(
        "The hook that the task makes is a resource that its step is given, with the same methods. It is configured in "
        "`resources.py`, by the variable `AIRFLOW_CONN_<NAME>`: a URI or JSON, as Airflow reads it. A connection that "
        "only Airflow's database or a secrets backend has must be set there: `airflow connections export` tells it."
    ),
    before='def load():\n    return PostgresHook("shop").get_records("SELECT * FROM orders")',
    after='def load(shop: Database):\n    return shop.get_records("SELECT * FROM orders")',
)
