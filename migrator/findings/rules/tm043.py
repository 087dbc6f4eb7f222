"""TM043: datasets that a task reads are not passed on."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM043",
    title="Datasets that a task reads are not passed on",
    severity="warning",
    help=(
        "The task was converted; that `inlets` names what it reads is for the reader only, in Airflow too. "
        "Name it in `deps` to see it in the lineage."
    ),
    before='@task(inlets=[Dataset("s3://shop/orders")])',
    after="@dg.asset",
)
