"""DP008: more code than the inventory looks at."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP008",
    title="More code than the inventory looks at",
    severity="warning",
    help=(
        "The DAG imports more files, or runs more functions, than the scanner follows. What the others need is not "
        "in the inventory: search their files for Variables, connections and environment variables."
    ),
    before="from framework import everything",
    after="from framework.orders import extract",
)
