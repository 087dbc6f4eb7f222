"""CF053: a task starts another DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF053",
    title="A task starts another DAG",
    severity="info",
    help=(
        "A step cannot start a run of another job in Dagster. The DAG runs unchanged in the Airflow interpreter. "
        "To have it converted, take the task out: a run status sensor that requests the other job starts it when "
        "this one has succeeded, and what the other reads from `conf` becomes an asset that it depends on. Where "
        "the task waits for the other DAG, make one DAG of both."
    ),
    before='TriggerDagRunOperator(task_id="next", trigger_dag_id="reports")',
    after="@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, monitored_jobs=[orders], request_job=reports)",
)
