"""TM083: no start date, no schedule."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM083",
    title="No start date, no schedule",
    severity="info",
    help=(
        "Airflow 2 never schedules a DAG without a start date, and a fixed distance needs one to "
        "count from. Give the DAG a start date if it is to run by itself."
    ),
    before='with DAG("orders", schedule="@daily"): ...',
    after='airflow_dag("orders", ...)  # no schedule',
)
