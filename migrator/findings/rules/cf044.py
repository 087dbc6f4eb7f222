"""CF044: lifted by the plan."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF044",
    title="Lifted by the plan",
    severity="info",
    help="The plan says `level: lift`: the DAG runs unchanged in the Airflow interpreter.",
    before=("dags:\n  orders:\n    level: lift"),
)
