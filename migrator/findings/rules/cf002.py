"""CF002: a mapped task group."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF002",
    title="A mapped task group",
    severity="warning",
    help="The whole group runs once per item; a person decides between dynamic outputs and partitions.",
    before="load_table.expand(name=list_tables())",
)
