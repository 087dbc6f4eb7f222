"""SC017: A DAG that Airflow does not see."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC017",
    title="A DAG that Airflow does not see",
    severity="warning",
    help="Call the @dag function, or give the DAG a global name. If it is not meant to run, delete it.",
    before="@dag(schedule='@daily')\ndef orders():\n    ...",
    after="@dag(schedule='@daily')\ndef orders():\n    ...\n\norders()",
)
