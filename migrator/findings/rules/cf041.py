"""CF041: setup and teardown."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF041",
    title="Setup and teardown",
    severity="info",
    help=(
        "Setup and teardown tasks have no native form yet. The DAG runs unchanged in the Airflow interpreter."
    ),
    before=("@setup\ndef create_cluster(): ..."),
)
