"""TM090: a start date that moved with the clock."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM090",
    title="A start date that moved with the clock",
    severity="info",
    help=(
        "Airflow works such a date out anew each time that it reads the file, so it says only that runs begin "
        "at once. Partitions need a first day that stays: an early one, which starts no run by itself. "
        "Write the day of the first run into the DAG to have another."
    ),
    before="DAG('orders', start_date=days_ago(2), schedule='@daily')",
    after="daily = dg.DailyPartitionsDefinition('2020-01-01', timezone='UTC')",
)
