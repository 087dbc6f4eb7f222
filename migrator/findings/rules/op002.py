"""OP002: a sub-DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP002",
    title="A sub-DAG",
    severity="warning",
    help=(
        "Airflow removed sub-DAGs in version 3. It becomes a job of its own, which a step of the other job runs and "
        "waits for. A task group would be one job: make it that first if you can."
    ),
    before="SubDagOperator(task_id='part', subdag=part())",
    after="with TaskGroup('part'):\n    ...",
)
