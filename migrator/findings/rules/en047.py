"""EN047: two ids give the same name in Dagster."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN047",
    title="Two ids give the same name in Dagster",
    severity="warning",
    help=(
        "Dagster calls the step of an asset by its key, with `_` for all but letters and digits. The DAGs of the "
        "file run unchanged in the Airflow interpreter; give one of the two another name in the plan or the DAG."
    ),
    before='task_id="load-orders"\ntask_id="load_orders"',
)
