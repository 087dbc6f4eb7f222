"""DP007: another DAG whose id is only known at run time."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="DP007",
    title="Another DAG whose id is only known at run time",
    severity="warning",
    help="The order in which DAGs can move does not take it into account. Look up which DAGs it can be.",
    before="TriggerDagRunOperator(task_id='next', trigger_dag_id=\"{{ dag_run.conf['next'] }}\")",
    after="TriggerDagRunOperator(task_id='next', trigger_dag_id='reports')",
)
