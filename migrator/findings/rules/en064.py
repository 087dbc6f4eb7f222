"""EN064: the plan describes a landing folder that the job of the DAG cannot watch."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN064",
    title="The plan describes a landing folder that this DAG cannot have",
    severity="warning",
    help=(
        "`landing` in the plan makes a sensor that runs the job of a native DAG for each new file. Where the job has "
        "partitions, the pattern says with {partition} which of them a file belongs to; where it has none, there is no "
        "{partition}. A DAG that runs in Airflow keeps its own wait. The sensor is left out; all else is converted."
    ),
    before='landing: {folder: $DATA/in, pattern: "orders_*.csv", quarantine: $DATA/bad}',
    after='landing: {folder: $DATA/in, pattern: "orders_{partition}_*.csv", quarantine: $DATA/bad}',
)
