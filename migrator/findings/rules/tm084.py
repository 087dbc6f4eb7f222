"""TM084: the schedule is a sensor."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM084",
    title="The schedule is a sensor",
    severity="info",
    help=(
        "Dagster has no cron expression for this. A sensor starts the job instead, so the Dagster "
        "daemon has to run and the sensor has to be switched on."
    ),
    before='with DAG("orders", schedule=timedelta(hours=5)): ...',
    after='airflow_dag("orders", ..., every=18000)',
)
