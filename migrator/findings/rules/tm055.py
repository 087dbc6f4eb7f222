"""TM055: updates of datasets start the job."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM055",
    title="Updates of datasets start the job",
    severity="info",
    help=(
        "A sensor with a cursor keeps Airflow's rule: a run when all, or any, have been updated since"
        " the last one. Tasks with these `outlets` report updates; for what is updated outside of "
        "Dagster, report a materialization of the asset whose key is the address. The daemon must "
        "run."
    ),
    before='schedule=[Dataset("s3://shop/orders")]',
    after='on_updates(job, "s3://shop/orders")',
)
