"""CF053: a task starts another DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF053",
    title="A task starts another DAG",
    severity="info",
    help=(
        "The step asks for a run of the other job, and a sensor of that job starts it: the Dagster daemon "
        "must run, and looks each 30 seconds. The run has the same logical date and the same `conf`. A run "
        "that is waited for takes a slot of its own beside the one that waits: where the number of runs is "
        "limited, both must fit."
    ),
    before='TriggerDagRunOperator(task_id="next", trigger_dag_id="reports")',
    after='OtherJob(context, "reports").request()',
)
