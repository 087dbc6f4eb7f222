"""SC041: a statement of the DAG file has no rule."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC041",
    title="A statement of the DAG file has no rule",
    severity="info",
    help=(
        "The DAG runs unchanged in the Airflow interpreter. Write the statement in a plainer way "
        "(a task, an edge, a constant, a helper function), and convert again."
    ),
    before=('with DAG("orders") as dag:\n    load = load_orders()\n    register(dag, load)'),
    after=('with DAG("orders"):\n    load = load_orders()'),
)
