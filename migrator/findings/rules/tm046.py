"""TM046: the same schedule means another date in Airflow 3."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM046",
    title="The same schedule means another date in Airflow 3",
    severity="warning",
    help=(
        "A bare cron schedule stands for an interval in Airflow 2, and for a point in time in "
        "Airflow 3: `ds` is one day later there. Partitions were chosen by the version that was "
        "asked; `[scheduler] create_cron_data_intervals` brings the old meaning back."
    ),
    before='schedule="@daily"',
    after='dg.DailyPartitionsDefinition("2024-01-01")',
)
