"""TM044: a run waits for the run before it."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM044",
    title="A run waits for the run before it",
    severity="info",
    help=(
        "`depends_on_past` and `wait_for_downstream` have no native form yet. The DAG runs "
        "unchanged in the Airflow interpreter."
    ),
    before='default_args={"depends_on_past": True}',
)
