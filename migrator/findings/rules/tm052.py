"""TM052: a run starts while the clock is set."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM052",
    title="A run starts while the clock is set",
    severity="info",
    help=(
        "In that night a time does not exist, or exists twice, and Airflow and Dagster take it for "
        "different moments: the interval of that run would differ. Run at another hour, or in UTC; "
        "the DAG runs unchanged in the Airflow interpreter."
    ),
    before='schedule="30 2 * * *"  # Europe/Rome',
    after='schedule="30 4 * * *"',
)
