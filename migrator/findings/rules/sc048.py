"""SC048: the converter failed on a DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC048",
    title="The converter failed on a DAG",
    severity="error",
    help="This is a fault of the converter; please report it with the DAG file. The DAG runs unchanged in the "
    "Airflow interpreter.",
)
