"""TM045: catchup makes old runs."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM045",
    title="catchup makes old runs",
    severity="warning",
    help=(
        "Airflow would make a run for each interval since the start date. A Dagster schedule "
        "starts when it is switched on: launch a backfill of the partitions that are missing."
    ),
    before='@dag(schedule="@daily", catchup=True)',
    after="dagster job backfill --job orders",
)
