"""SC090: code that DAG files import lies beside the scanned folder."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC090",
    title="Imported code lies outside of the scanned folder",
    severity="warning",
    help=(
        "The scan reads nothing outside of the folders that it is given, so what comes from this package is "
        "unknown: constants, operators, what they need. Scan the folder that holds both, as in "
        "`migrate scan .` for a project with dags/, include/ and plugins/."
    ),
    before="migrate scan dags/",
    after="migrate scan .",
)
