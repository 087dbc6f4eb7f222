"""EN062: a reference of a check names nothing that could be read."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN062",
    title="A check refers to a table that is not there",
    severity="warning",
    help=(
        "`references` in the plan names a task of the same DAG, or its asset, and a column of the table that it "
        "leaves. It has to be there when the check runs, so it cannot be made by a step that comes after. The "
        "check is left out."
    ),
    before="checks:\n  references: {customer_id: cutsomers.customer_id}",
    after="checks:\n  references: {customer_id: customers.customer_id}",
)
