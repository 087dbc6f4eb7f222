"""EN041: a timeout is not enforced."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN041",
    title="A timeout is not enforced",
    severity="warning",
    help=(
        "The length of the timeout is not known. Write `@time_limit(...)` below the decorator of the step yourself; "
        "for a whole run there is the tag `dagster/max_runtime`."
    ),
    before="execution_timeout=LIMITS[name]",
    after="@dg.asset\n@time_limit(minutes=5)\ndef load(): ...",
)
