"""TM001: a date that moves."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM001",
    title="A date that moves",
    severity="warning",
    help=(
        "Each parse of the file gives another start date, so schedules and partitions cannot be carried "
        "over. Write a fixed date."
    ),
    before="DAG('orders', start_date=days_ago(2))",
    after="DAG('orders', start_date=datetime(2024, 1, 1))",
)
