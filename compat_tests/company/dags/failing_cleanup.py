"""A load that fails: what follows is not run, the clean-up and the notification are."""

from datetime import datetime

import pendulum
from airflow import DAG
from airflow.exceptions import AirflowFailException
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

tz = pendulum.timezone("Europe/Berlin")


def load():
    raise AirflowFailException("the warehouse refuses the table")


with DAG(
    dag_id="failing_cleanup",
    start_date=datetime(2023, 1, 1, tzinfo=tz),
    schedule="30 4 * * 1-5",
    catchup=False,
    default_args={"retries": 3},
) as dag:
    start = BashOperator(task_id="start", bash_command="echo start; echo {{ data_interval_start | ds }}")
    load_task = PythonOperator(task_id="load", python_callable=load)
    report = BashOperator(task_id="report", bash_command="echo report")
    notify = PythonOperator(task_id="notify", python_callable=lambda: "told", trigger_rule="one_failed")
    remove = BashOperator(task_id="remove", bash_command="echo removed", trigger_rule="all_done")
    start >> load_task >> report >> remove
    load_task >> notify
