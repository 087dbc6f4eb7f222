"""SC040: the text of a DAG file is missing."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC040",
    title="The text of a DAG file is missing",
    severity="warning",
    help=(
        "The file could not be read or parsed, so its DAGs run unchanged in the Airflow "
        "interpreter. Mend the file and convert again."
    ),
)
