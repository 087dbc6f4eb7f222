"""SC032: the scanner failed on a file."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC032",
    title="The scanner failed on a file",
    severity="error",
    help=(
        "The other files were read. Please report it with the file; --airflow-python may read it meanwhile."
    ),
)
