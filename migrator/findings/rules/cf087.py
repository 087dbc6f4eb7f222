"""CF087: a start of another DAG without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF087",
    title="A start of another DAG without a native form",
    severity="info",
    help=(
        "Which DAG it starts must be a constant in the DAG file, and whether the other DAG is paused has no "
        "meaning here. The task is not native."
    ),
    before='TriggerDagRunOperator(task_id="next", trigger_dag_id="{{ params.next }}")',
    after='TriggerDagRunOperator(task_id="next", trigger_dag_id="reports")',
)
