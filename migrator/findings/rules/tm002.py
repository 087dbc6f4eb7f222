"""TM002: runs wait for the run before."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM002",
    title="Runs wait for the run before",
    severity="warning",
    help=(
        "depends_on_past and wait_for_downstream become a dependency of a partition on the one before "
        "it; check the backfill order."
    ),
    before="BashOperator(task_id='a', depends_on_past=True, ...)",
    after=(
        "@asset(partitions_def=..., deps=[AssetDep('a', "
        "partition_mapping=TimeWindowPartitionMapping(start_offset=-1, end_offset=-1))])"
    ),
)
