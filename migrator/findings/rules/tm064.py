"""TM064: a run's partition is its tag."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM064",
    title="A run's partition is its tag",
    severity="info",
    help=(
        "The schedule or sensor gives each run the key of its partition as the tag `partition_key`, as keys are only "
        "known once assets were updated; updates by the run are of that partition. Launch a run by hand with the tag."
    ),
    before="schedule=PartitionedAssetTimetable(assets=ORDERS, default_partition_mapper=StartOfDayMapper())",
    after='on_partitions(job, "s3://shop/orders", mapper=StartOfDayMapper())',
)
