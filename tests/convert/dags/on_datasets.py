"""Datasets of several DAGs, and a DAG that they start beside a schedule of its own."""

from datetime import datetime

from airflow import DAG
from airflow.datasets import Dataset
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.timetables.datasets import DatasetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable

START = datetime(2024, 1, 1)
ORDERS = Dataset("s3://shop/orders")
PRICES = Dataset("s3://shop/prices")

with DAG("makes_orders", schedule=None, start_date=START):
    BashOperator(task_id="write", bash_command="echo orders", outlets=[ORDERS])

with DAG(
    "now_and_then",
    schedule=DatasetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 1 * * 3", timezone="Europe/Rome"), datasets=(ORDERS & PRICES)
    ),
    start_date=START,
    catchup=False,
):

    @task
    def report():
        return "done"

    report()

with DAG("dated_by_updates", schedule=[ORDERS], start_date=START):
    BashOperator(task_id="tell", bash_command="echo {{ ds }} {{ ts_nodash }}")

with DAG("intervals_of_updates", schedule=[ORDERS], start_date=START):
    BashOperator(task_id="tell_both", bash_command="echo {{ data_interval_start }}")
