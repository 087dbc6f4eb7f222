"""SC018: the file raises when it is loaded."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC018",
    title="The file raises when it is loaded",
    severity="error",
    help="Airflow shows an import error for this file. DAGs after this line do not exist.",
    before="raise RuntimeError('not ready')",
)
