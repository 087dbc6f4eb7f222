"""TM040: a schedule without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM040",
    title="A schedule without a native form",
    severity="info",
    help=(
        "Dagster has no schedule or partitions that fire at the same times, and Airflow alone cannot tell "
        "them either, as updates of assets decide, or as the schedule could not be read. The DAG runs "
        "unchanged in the Airflow interpreter."
    ),
    before="schedule=PartitionedAssetTimetable(assets=orders)",
    after='schedule="0 0 * * 1-5"',
)
