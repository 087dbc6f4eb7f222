"""TM089: the run has no time limit."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM089",
    title="The run has no time limit",
    severity="info",
    help=(
        "Set the tag dagster/max_runtime, in seconds, on the job or its runs, and switch run monitoring on."
    ),
    before='with DAG("orders", dagrun_timeout=timedelta(hours=2)): ...',
    after='tags={"dagster/max_runtime": "7200"}',
)
