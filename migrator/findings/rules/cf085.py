"""CF085: a started DAG has a run for each partition."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="CF085",
    title="A started DAG has a run for each partition",
    severity="info",
    help=(
        "A task starts a DAG whose tasks read the date of their run and which has a schedule, so that its job "
        "is partitioned. The run is that of the partition which begins at the given date: it has the data "
        "interval of the scheduled run, where Airflow gives a run by hand the interval before. Where no "
        "partition begins at the date, the step fails."
    ),
    before='TriggerDagRunOperator(task_id="next", trigger_dag_id="daily_orders", logical_date="{{ ds }}")',
)
