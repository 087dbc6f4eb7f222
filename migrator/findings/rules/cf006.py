"""CF006: a cycle."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF006",
    title="A cycle",
    severity="error",
    help="Airflow refuses to load the DAG. Remove one of the edges.",
    before="a >> b >> a",
    after="a >> b",
)
