"""EN049: limits and priorities that another part of Dagster enforces."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN049",
    title="A limit or priority that works in another way",
    severity="warning",
    help=(
        "`dagrun_timeout` is a tag of the job: run monitoring has to be switched on in dagster.yaml. Priorities are "
        "added up as Airflow does; in Dagster they order the steps of one run, and not those of all runs."
    ),
    before='DAG("orders", dagrun_timeout=timedelta(hours=1))',
    after='dg.define_asset_job("orders", tags={"dagster/max_runtime": "3600"})',
)
