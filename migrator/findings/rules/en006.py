"""EN006: a pool."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN006",
    title="A pool",
    severity="info",
    help="A pool becomes a concurrency limit; set its size in Dagster's own configuration.",
    before="BashOperator(task_id='a', pool='database', ...)",
    after="@op(pool='database')",
)
