"""TM056: a limit on the runs at once."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM056",
    title="A limit on the runs at once",
    severity="warning",
    help=(
        "Dagster limits runs for a whole instance, in its `dagster.yaml`: add the tag to "
        "`concurrency.runs.tag_concurrency_limits`. The job has the tag already."
    ),
    before="@dag(max_active_runs=1)",
    after="concurrency:\n  runs:\n    tag_concurrency_limits:\n      - {key: max_active_runs, value: orders, limit: 1}",
)
