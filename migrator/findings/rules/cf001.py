"""CF001: a mapped task."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF001",
    title="A mapped task",
    severity="info",
    help=(
        "The number of instances is known when it runs: it becomes dynamic outputs, or partitions where "
        "the list is fixed."
    ),
    before="load.expand(name=list_tables())",
    after="@op(out=DynamicOut())",
)
