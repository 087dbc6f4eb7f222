"""OP002: a sub-DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP002",
    title="A sub-DAG",
    severity="warning",
    help="Airflow removed sub-DAGs in version 3. Make it a task group first.",
    before="SubDagOperator(task_id='part', subdag=part())",
    after="with TaskGroup('part'):\n    ...",
)
