"""CF054: a marker for clearing."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF054",
    title="A marker for clearing",
    severity="warning",
    help=(
        "In Airflow, clearing this task recursively clears a task of another DAG as well. In Dagster, select what is "
        "downstream when you launch a run again; a step that does nothing stays in the place of the marker."
    ),
    before='ExternalTaskMarker(task_id="mark", external_dag_id="reports", external_task_id="wait")',
    after="pass",
)
