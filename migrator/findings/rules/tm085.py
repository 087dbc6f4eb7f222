"""TM085: what a run stands for was assumed."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM085",
    title="What a run stands for was assumed",
    severity="info",
    help=(
        "Airflow 2 runs a cron schedule at the end of the interval that the run is about, Airflow "
        "3 at the point in time that it is about. Give --airflow-python, so that it is known."
    ),
    before='with DAG("orders", schedule="@daily"): ...',
    after='airflow_dag("orders", ..., schedule="@daily")',
)
