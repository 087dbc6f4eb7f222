"""EN050: where and on how many slots a task runs."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN050",
    title="Where and on how many slots a task runs",
    severity="warning",
    help=(
        "A step takes one slot of its pool, and the run's launcher and executor say where it runs: give the step tags "
        "such as `dagster-k8s/config` or `dagster-celery/queue` if it needs a place of its own."
    ),
    before='PythonOperator(task_id="load", python_callable=load, queue="large")',
    after='@dg.asset(op_tags={"dagster-celery/queue": "large"})',
)
