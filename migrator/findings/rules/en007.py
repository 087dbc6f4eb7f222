"""EN007: a Variable whose name is only known at run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN007",
    title="A Variable whose name is only known at run time",
    severity="warning",
    help=(
        "The inventory cannot list it. Look up which names it can have, and make sure that all of them exist "
        "before the DAG moves."
    ),
    before="Variable.get(f'{region}_bucket')",
    after="BUCKETS = {'eu': 'eu_bucket', 'us': 'us_bucket'}\nVariable.get(BUCKETS[region])",
)
