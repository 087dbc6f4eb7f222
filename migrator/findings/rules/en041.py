"""EN041: a timeout is not enforced."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN041",
    title="A timeout is not enforced",
    severity="warning",
    help=(
        "Dagster has no timeout for a step. Set the run tag `dagster/max_runtime` with run "
        "monitoring switched on, or a guard in the code."
    ),
    before="execution_timeout=timedelta(minutes=5)",
    after='tags={"dagster/max_runtime": "300"}',
)
