"""TM041: a date is read, but no schedule makes one."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM041",
    title="A date is read, but no schedule makes one",
    severity="info",
    help=(
        "The data interval of a run that datasets start is that of the runs which updated them, which Dagster "
        "does not know; in Airflow 3 such a run has no date at all, and neither has one that starts when the "
        "last one ends, beside the moment when it was made. The DAG runs unchanged in the Airflow "
        "interpreter."
    ),
    before="@dag(schedule=[ORDERS])\ndef report():\n    @task\n    def load(data_interval_start=None): ...",
)
