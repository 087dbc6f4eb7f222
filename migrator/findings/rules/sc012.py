"""SC012: a bound of the scanner was hit."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC012",
    title="A bound of the scanner was hit",
    severity="warning",
    help="What follows in the file was not read: scan again with --airflow-python.",
    before="for i in range(10**9):\n    ...",
)
