"""EN046: the new name differs from the old one."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN046",
    title="The new name differs from the old one",
    severity="info",
    help="The id is no name in Dagster, or another one has it; migration.json maps the two.",
    before='dag_id="load-orders"',
    after="load_orders",
)
