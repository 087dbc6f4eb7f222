"""SC054: an inner function cannot become a step."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC054",
    title="A function that is defined where tasks are made cannot become a step",
    severity="info",
    help=(
        "Its text would mean something else under the new signature: an argument has the name of one of "
        "its own variables, or it is a sensor's. Define it at the top of the file. The DAG runs "
        "unchanged in the Airflow interpreter."
    ),
    before="for table in TABLES:\n    @task.sensor\n    def arrived(): ...\n    arrived()",
    after="@task.sensor\ndef arrived(table): ...\n\nfor table in TABLES:\n    arrived(table)",
)
