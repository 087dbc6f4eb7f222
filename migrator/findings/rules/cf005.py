"""CF005: A DAG without tasks."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF005",
    title="A DAG without tasks",
    severity="info",
    help="There is nothing to migrate; delete it.",
    before="with DAG('orders'):\n    pass",
)
