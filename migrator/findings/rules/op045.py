"""OP045: a rule crashed."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP045",
    title="A rule crashed",
    severity="error",
    help=(
        "This is a fault of the rule; please report it with the DAG. The task runs in Airflow, "
        "as one step of the DAG."
    ),
)
