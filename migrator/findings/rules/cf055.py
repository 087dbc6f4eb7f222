"""CF055: a task waits for another DAG."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF055",
    title="A task waits for another DAG",
    severity="info",
    help=(
        "The task waits for the run of another DAG for the same date, or one at some distance. A step does not wait "
        "for other jobs in Dagster. The DAG runs unchanged in the Airflow interpreter. To have it converted, take the "
        "task out: let what follows depend on the asset of the other DAG, with a partition mapping for the distance, "
        "and start it by a sensor or a condition on that asset."
    ),
    before='ExternalTaskSensor(task_id="wait", external_dag_id="orders", external_task_id="load")',
    after='@dg.asset(deps=[dg.AssetKey(["orders", "load"])])',
)
