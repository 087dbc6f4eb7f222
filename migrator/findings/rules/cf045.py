"""CF045: assets were asked for, and ops are needed."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF045",
    title="Assets were asked for, and ops are needed",
    severity="warning",
    help=(
        "The DAG has branches or trigger rules, which no asset can follow. Leave `level` out of "
        "the plan, or say `job`."
    ),
    before=("dags:\n  orders:\n    level: asset"),
    after=("dags:\n  orders:\n    level: job"),
)
