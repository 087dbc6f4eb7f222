"""SC046: a DAG without tasks."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC046",
    title="A DAG without tasks",
    severity="info",
    help="There is nothing to convert; Airflow loads it all the same.",
    before=('with DAG("empty"):\n    pass'),
)
