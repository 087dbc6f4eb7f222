"""EN044: limits of concurrent runs or tasks."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN044",
    title="Limits of concurrent runs or tasks",
    severity="warning",
    help=(
        "`max_active_runs` and its like are settings of the Dagster instance: "
        "`concurrency.runs.tag_concurrency_limits` in dagster.yaml."
    ),
    before='DAG("orders", max_active_runs=1)',
    after=("concurrency:\n  runs:\n    tag_concurrency_limits: [...]"),
)
