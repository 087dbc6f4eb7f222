"""TM051: pauses of more than a year."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM051",
    title="Pauses of more than a year",
    severity="info",
    help=(
        "Dagster makes no partition for the first window of such a schedule, so that a date would be "
        "missing. The DAG runs unchanged in the Airflow interpreter."
    ),
    before='schedule="0 0 29 2 *"',
)
