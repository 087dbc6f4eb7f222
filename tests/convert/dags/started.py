"""What starts a run: nothing, one moment, a distance that no cron says, several crons, datasets."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.datasets import Dataset
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator

ORDERS = Dataset("s3://shop/orders.json")
PRICES = Dataset("s3://shop/prices.json")
START = datetime(2024, 1, 1)

with DAG("by_hand", schedule=None, start_date=START):

    @task
    def dates(ds, logical_date, data_interval_end, tomorrow_ds_nodash):
        same = logical_date == data_interval_end
        return [ds, logical_date.strftime("%H:%M"), same, tomorrow_ds_nodash]

    dates() >> BashOperator(
        task_id="shell", bash_command="echo {{ ds }} {{ ts }} {{ data_interval_start.year }}"
    )

with DAG("each_five_hours", schedule=timedelta(hours=5), start_date=START, catchup=True):
    BashOperator(
        task_id="window", bash_command="echo {{ ts }} {{ data_interval_end | ts }}", outlets=[ORDERS]
    )

with DAG("each_twelve_hours", schedule=timedelta(hours=12), start_date=START, catchup=True):
    BashOperator(task_id="half", bash_command="echo {{ prev_ds }} {{ ds }} {{ next_ds }}")

with DAG("at_once", schedule="@once", start_date=START):

    @task(outlets=[ORDERS, PRICES])
    def stamp(ds=None):
        """Updates both."""
        return ds

    stamp() >> EmptyOperator(task_id="told", outlets=PRICES)

with DAG("ever_again", schedule="@continuous", start_date=START, max_active_runs=1):
    BashOperator(task_id="tick", bash_command="echo tick")

with DAG("on_both", schedule=[ORDERS, PRICES], start_date=START):
    BashOperator(task_id="both", bash_command="echo both")

with DAG("on_either", schedule=(ORDERS | (PRICES & Dataset("s3://shop/rates.json"))), start_date=START):

    @task
    def either():
        return "either"

    either()

with DAG(
    "until_friday", schedule="0 6 * * 1-5", start_date=START, end_date=datetime(2024, 1, 5), catchup=False
):
    BashOperator(task_id="weekday", bash_command="echo {{ ds }}")
