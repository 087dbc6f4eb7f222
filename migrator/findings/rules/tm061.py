"""TM061: airflow tells when the DAG runs."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="TM061",
    title="Airflow tells when the DAG runs",
    severity="info",
    help=(
        "Nothing but the timetable's own code knows when the next run is due, or Dagster's schedules and "
        "partitions would mean other moments: several cron expressions, one with seconds, one that pauses for "
        "more than a year, one that falls into the hour when a clock is set. A sensor asks it in the user's "
        "own Airflow: AIRFLOW_PYTHON and AIRFLOW_DAGS_FOLDER must be set where Dagster loads the project, and "
        "the plugin that has the timetable must be installed there. To do without Airflow, write the times as "
        "cron expressions."
    ),
    before="schedule=AfterWorkdayTimetable()",
    after='airflow_schedule(job, "orders", file="orders.py")',
)
