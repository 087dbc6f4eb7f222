"""CF086: a wait for another DAG without a native form."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF086",
    title="A wait for another DAG without a native form",
    severity="info",
    help=(
        "Which DAG, tasks, dates or states it waits for must be constants in the DAG file, and "
        "`execution_date_fn` a function of one date in it. The task is not native."
    ),
    before='ExternalTaskSensor(task_id="wait", external_dag_id="{{ params.other }}")',
    after='ExternalTaskSensor(task_id="wait", external_dag_id="orders")',
)
