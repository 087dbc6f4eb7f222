"""SC063: a retry policy of one's own is given no context."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC063",
    title="A retry policy of one's own is given no context",
    severity="info",
    help=(
        "`evaluate` is called after each error as in Airflow, with the error and the tries; `context` is always None. "
        "A policy that fails decides nothing, as in Airflow."
    ),
    before="class AtNight(RetryPolicy):\n    def evaluate(self, exception, try_number, max_tries, context=None): ...",
)
