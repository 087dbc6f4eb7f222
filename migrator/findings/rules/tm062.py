"""TM062: the date of a run is the moment of an update."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM062",
    title="The date of a run is the moment of an update",
    severity="info",
    help=(
        "Datasets start the DAG, and a task reads the date of its run. As in Airflow 2 that is the moment of "
        "the last update which started it. A run that is launched by hand is about the moment when it was "
        "launched."
    ),
    before="@dag(schedule=[ORDERS])\ndef report():\n    @task\n    def load(ds=None): ...",
)
