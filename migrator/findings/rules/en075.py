"""EN075: a backfill computes several partitions together."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN075",
    title="A backfill computes its partitions together",
    severity="info",
    help=(
        "The plan asks for it with `backfill: single_run`. A run of one partition does what Airflow does. A run of "
        "several sees the rows of all of them at once: what the step does to each row by itself is the same, what "
        "it does across rows (duplicates, sums, ranks) may not be. Compare a backfill of a few partitions with "
        "their single runs before you rely on it."
    ),
    before="tasks:\n  extract: {backfill: single_run, partition_column: updated_at}",
    after="@dg.asset(backfill_policy=dg.BackfillPolicy.single_run(), metadata={'partition_column': 'updated_at'})",
)
