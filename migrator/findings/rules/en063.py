"""EN063: the plan asks for checks of a task that leaves no value."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN063",
    title="The plan asks for checks of a step without a single value",
    severity="warning",
    help=(
        "A check looks at the value that a task returns. This one returns nothing, or leaves several values under "
        "keys of their own. Have it return the table that it writes."
    ),
    before="def load(orders):\n    orders.to_csv(PATH)",
    after="def load(orders):\n    orders.to_csv(PATH)\n    return orders",
)
