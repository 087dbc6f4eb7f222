"""Schedules of all kinds."""

from datetime import datetime, timedelta

from airflow.datasets import Dataset, DatasetAll, DatasetAny
from airflow.decorators import dag
from airflow.models.dag import DAG
from airflow.operators.empty import EmptyOperator
from airflow.timetables.trigger import CronTriggerTimetable

RAW, CLEAN = Dataset("s3://lake/raw"), Dataset("s3://lake/clean")
START = {"start_date": datetime(2024, 1, 1)}

SCHEDULES = {
    "none": None,
    "preset": "@monthly",
    "cron": "15 3 * * 1",
    "delta": timedelta(days=2, hours=1),
    "once": "@once",
    "continuous": "@continuous",
    "one": [RAW],
    "both": [RAW, CLEAN],
    "either": (RAW | CLEAN),
    "nested": (RAW & CLEAN) | RAW,
    "nested_any": DatasetAny(DatasetAll(RAW, CLEAN), RAW),
    "trigger": CronTriggerTimetable("0 1 * * *", timezone="UTC"),
}
for name, schedule in SCHEDULES.items():
    options = {"max_active_runs": 1} if name == "continuous" else {}
    with DAG(f"schedule_{name}", schedule=schedule, **START, **options):
        EmptyOperator(task_id="only", outlets=[CLEAN])

with DAG("schedule_default", **START):
    EmptyOperator(task_id="only")


@dag(schedule="@daily", default_args={"start_date": datetime(2023, 5, 5), "owner": "x"})
def start_in_defaults():
    EmptyOperator(task_id="only")


start_in_defaults()
