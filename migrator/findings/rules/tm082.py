"""TM082: catch-up is a backfill."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM082",
    title="Catch-up is a backfill",
    severity="info",
    help=(
        "A Dagster schedule starts when it is switched on and never makes older runs. Launch a "
        "backfill of the job's partitions for the dates that are missing."
    ),
    before='with DAG("orders", schedule="@daily", catchup=True): ...',
    after="dagster job backfill -j orders",
)
