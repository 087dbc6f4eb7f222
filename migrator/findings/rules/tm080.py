"""TM080: no schedule in Dagster for this one."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM080",
    title="No schedule in Dagster for this one",
    severity="warning",
    help=(
        "The DAG's job exists and can be launched, but nothing starts it. Give the job a schedule "
        "or a sensor by hand, or change the timetable to a cron expression before moving."
    ),
    before='with DAG("orders", timetable=AfterWorkdayTimetable()): ...',
    after='airflow_dag("orders", ...)  # no schedule',
)
