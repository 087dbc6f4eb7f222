"""SC036: reading a file takes too much memory."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC036",
    title="Reading a file takes too much memory",
    severity="error",
    help=(
        "The process that read the file was ended by its limit, or by the system; the other files were read. "
        "A literal of many thousands of items is better kept in a data file."
    ),
)
