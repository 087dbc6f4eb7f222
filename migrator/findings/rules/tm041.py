"""TM041: a date is read, but no schedule makes one."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM041",
    title="A date is read, but no schedule makes one",
    severity="info",
    help=(
        "Without a schedule a run has no data interval, so there is no partition that it stands "
        "for. The DAG runs unchanged in the Airflow interpreter."
    ),
    before=("@dag(schedule=None)\ndef orders():\n    @task\n    def load(ds=None): ..."),
)
