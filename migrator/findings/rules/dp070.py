"""DP070: a part of a dataset's event that Dagster does not know."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP070",
    title="A part of a dataset's event that Dagster does not know",
    severity="info",
    help=(
        "An event that a step reads has the dataset, `extra`, `timestamp`, `source_run_id`, `source_dag_id` (the "
        "job's name) and `partition_key`. The task asks for something else, and runs in Airflow, as one step of "
        "the DAG."
    ),
    before="inlet_events[ORDERS][-1].source_task_id",
    after="inlet_events[ORDERS][-1].source_run_id",
)
