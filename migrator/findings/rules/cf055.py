"""CF055: a task waits for another DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF055",
    title="A task waits for another DAG",
    severity="info",
    help=(
        "The step looks for the run of the other job about the same date, or about one at some distance, in "
        "the Dagster instance, and compares its state, or those of its steps, as Airflow does. Runs of the "
        "other DAG that are still made in Airflow are not seen: move both, or the other one first."
    ),
    before='ExternalTaskSensor(task_id="wait", external_dag_id="orders", external_task_id="load")',
    after='wait_until(lambda: OtherJob(context, "orders", daily, steps=["orders__load"]).ended(date))',
)
