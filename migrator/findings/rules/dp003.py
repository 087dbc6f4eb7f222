"""DP003: a dataset whose URI is only known at run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP003",
    title="A dataset whose URI is only known at run time",
    severity="warning",
    help="The inventory cannot say which DAGs it connects. Write the URI down, or name the DAGs in the plan.",
    before="outlets=[Dataset(Variable.get('target'))]",
    after="outlets=[Dataset('s3://shop/orders')]",
)
