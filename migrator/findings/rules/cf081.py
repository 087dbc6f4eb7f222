"""CF081: a failure that does not fail the run."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF081",
    title="A failure that does not fail the run",
    severity="info",
    help=(
        "In Airflow the leaves of the graph decide a run. In Dagster a red step fails it. So a "
        "task whose failure the leaves may survive stays green; its output has the state as "
        "metadata, and its log the error."
    ),
    before='work >> PythonOperator(task_id="clean", trigger_rule="all_done", ...)',
    after='"work": Task(tolerated=True)',
)
