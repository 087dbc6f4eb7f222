"""Callbacks on success, failure and retry, of tasks and of the DAG."""

import logging
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.python import PythonOperator

log = logging.getLogger(__name__)


def on_failure(context):
    log.error("task %s failed: %s", context["task_instance"].task_id, context.get("exception"))


def on_success(context):
    log.info("task %s done", context["ti"].task_id)


def break_down():
    raise ValueError("bad input")


with DAG(
    "callbacks",
    start_date=datetime(2023, 1, 1),
    schedule=timedelta(days=1),
    catchup=False,
    default_args={
        "on_failure_callback": on_failure,
        "execution_timeout": timedelta(minutes=10),
        "owner": "dwh",
    },
    on_failure_callback=on_failure,
    dagrun_timeout=timedelta(hours=2),
) as dag:
    good = PythonOperator(task_id="good", python_callable=lambda: 1, on_success_callback=on_success)
    bad = PythonOperator(
        task_id="bad", python_callable=break_down, retries=1, retry_delay=timedelta(seconds=1)
    )
    good >> bad
