"""CF062: a mapped task became a loop."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF062",
    title="Mapped: one loop over all items",
    severity="warning",
    help=(
        "As the plan asks. The items run one after the other in one step: they share its tries, and the "
        "first failure ends it. No item at all skips it, as in Airflow."
    ),
    before="load.expand(name=list_tables())",
    after="yield from gathered(load(name=name) for name in items(list_tables))",
)
