"""SC030: an empty file."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC030",
    title="An empty file",
    severity="info",
    help="Delete it, or leave it: it holds no DAG.",
)
