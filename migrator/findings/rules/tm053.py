"""TM053: a run starts while the clock is set, and no task reads the date."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM053",
    title="A run starts while the clock is set, and no task reads the date",
    severity="info",
    help=(
        "In that night a time does not exist, or exists twice. Airflow and Dagster may start the run "
        "at different moments, once or twice a year."
    ),
    before='schedule="30 2 * * *"  # Europe/Rome',
    after='schedule="30 4 * * *"',
)
