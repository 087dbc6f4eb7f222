"""SC035: reading a file takes too long."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC035",
    title="Reading a file takes too long",
    severity="error",
    help=(
        "The file was given up and the others were read. `--timeout` gives each file more time; a literal of many "
        "thousands of items is better kept in a data file."
    ),
)
