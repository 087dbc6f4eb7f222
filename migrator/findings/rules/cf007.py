"""CF007: one DAG starts or waits for another."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF007",
    title="One DAG starts or waits for another",
    severity="info",
    help="In Dagster, assets depend on each other across jobs; the trigger or sensor mostly goes away.",
    before="TriggerDagRunOperator(task_id='next', trigger_dag_id='reports')",
    after="@asset(deps=['orders'])",
)
