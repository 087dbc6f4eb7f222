"""CF040: a mapped task."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF040",
    title="A mapped task",
    severity="info",
    help="Mapped tasks have no native form yet. The DAG runs unchanged in the Airflow interpreter.",
    before='load.expand(table=["orders", "customers"])',
)
