"""EN074: the plan asks for backfills in one run where each partition needs its own."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN074",
    title="A backfill in one run that cannot be",
    severity="warning",
    help=(
        "In a run of several partitions there is no date of the run, and no single key: a step may only read the "
        "begin and end of its interval, which are then those of all partitions together. Its value, and what it "
        "reads, have to be tables, and `partition_column` names the column with times that says to which partition "
        "a row belongs. Where that is not so, a backfill makes a run for each partition, as Airflow does."
    ),
    before="@task\ndef orders(ds=None):\n    return read(ds)",
    after="@task\ndef orders(data_interval_start, data_interval_end):\n"
    "    return read(data_interval_start, data_interval_end)",
)
