"""TM041: a date is read, but no schedule makes one."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM041",
    title="A date is read, but no schedule makes one",
    severity="info",
    help=(
        "The dates of a run that datasets start, or that starts when the last one ends, are made by Airflow's "
        "scheduler from other runs. The DAG runs unchanged in the Airflow interpreter."
    ),
    before=("@dag(schedule=[ORDERS])\ndef report():\n    @task\n    def load(ds=None): ..."),
)
