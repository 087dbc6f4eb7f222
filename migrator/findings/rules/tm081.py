"""TM081: dataset-triggered DAG has no trigger yet."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM081",
    title="Dataset-triggered DAG has no trigger yet",
    severity="warning",
    help=(
        "Unchanged DAGs tell Dagster nothing of the datasets that they update. Convert the DAG, "
        "which gives it a sensor, or start its job from the job that updates the dataset with a "
        "run status sensor."
    ),
    before='with DAG("report", schedule=[Dataset("s3://orders")]): ...',
    after='airflow_dag("report", ...)  # no schedule',
)
