"""TM042: dates without a start."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM042",
    title="Dates without a start",
    severity="info",
    help=(
        "Partitions count from a start date, and the DAG's is missing or not known. Give it a "
        "constant `start_date`."
    ),
    before='@dag(schedule="@daily")',
    after='@dag(schedule="@daily", start_date=datetime(2024, 1, 1))',
)
