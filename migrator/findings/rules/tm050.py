"""TM050: a run by hand is about its own moment."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM050",
    title="A run by hand is about its own moment",
    severity="info",
    help=(
        "Without a schedule a run stands for the moment when it was launched, as in Airflow. To run "
        "it for another date, launch it with the tag `logical_date`, such as `2024-01-03` or "
        "`2024-01-03T05:30:00+00:00`."
    ),
    before="@dag(schedule=None)\ndef orders():\n    @task\n    def load(ds=None): ...",
    after="dg.asset\ndef load(context):\n    ds = data_interval(context).ds",
)
