"""TM043: datasets are not passed on."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM043",
    title="Datasets are not passed on",
    severity="warning",
    help=(
        "The task was converted; that it updates a dataset starts no other DAG. Start the "
        "consumer by a sensor on the new asset."
    ),
    before='@task(outlets=[Dataset("s3://shop/orders")])',
    after="@dg.asset",
)
