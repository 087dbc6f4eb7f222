"""EN043: retry delays differ."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN043",
    title="Retry delays differ",
    severity="warning",
    help="Dagster's exponential backoff has no upper limit and another curve.",
    before="max_retry_delay=timedelta(hours=1)",
    after="dg.RetryPolicy(max_retries=3, delay=60, backoff=dg.Backoff.EXPONENTIAL)",
)
