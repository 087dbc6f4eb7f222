"""SC068: a line of .airflowignore that Airflow 2 and Airflow 3 read differently."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC068",
    title="A line of .airflowignore with two meanings",
    severity="warning",
    help=(
        "Airflow 2 reads .airflowignore as regular expressions, Airflow 3 as globs, and this line leaves out "
        "other files in the one than in the other. Nothing here says which one holds: set "
        "AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX to regexp or glob for the scan, as in your Airflow."
    ),
    before="helpers",
    after="helpers*",
)
