"""TM054: a sensor starts the job."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM054",
    title="A sensor starts the job",
    severity="info",
    help=(
        "No cron expression says when: a sensor of `runtime/triggers.py` looks every 30 seconds. It "
        "works while the Dagster daemon runs, and once somebody has switched it on."
    ),
    before='schedule="@once"',
    after='once(job, "2024-01-01T00:00:00+00:00")',
)
