"""Callbacks, timeouts, priorities and limits, as teams set them for a whole DAG."""

import json
import os
import time
from datetime import datetime, timedelta
from functools import partial

from airflow import DAG
from airflow.operators.python import PythonOperator

PLACE = os.environ.get("CASES_DATA_DIR", "/tmp")


def write(name, **what):
    """Where a chat would be told."""
    with open(f"{PLACE}/{name}", "a") as file:
        file.write(json.dumps(what, sort_keys=True) + "\n")


def tell(context, channel="#data"):
    ti = context["task_instance"]
    message = f"{ti.dag_id}.{ti.task_id} failed on {context['ds']}: {context.get('exception')}"
    write("alerts", channel=channel, message=message, run=bool(context["dag_run"].run_id))


def page(context):
    # the helper reads more
    tell(context)


def praise(context):
    write("praise", task=context["task"].task_id, log=ti_url(**context))


def ti_url(ti, **_):
    return ti.log_url.startswith("http")


def ended(context):
    write("runs", dag=context["dag"].dag_id, reason=context["reason"])


def with_hostname(context):
    write("hosts", host=context["ti"].hostname)


def slow():
    time.sleep(30)


def stubborn():
    try:
        time.sleep(30)
    except Exception:
        return "went on"


def fine():
    return 1


default_args = {"on_failure_callback": page, "priority_weight": 2}

with DAG(
    dag_id="watched",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args=default_args,
    dagrun_timeout=timedelta(minutes=90),
    max_active_tasks=2,
    on_failure_callback=ended,
    on_success_callback=[ended],
) as dag:
    good = PythonOperator(
        task_id="good",
        python_callable=fine,
        on_success_callback=praise,
        execution_timeout=timedelta(minutes=1),
    )
    late = PythonOperator(
        task_id="late",
        python_callable=slow,
        execution_timeout=timedelta(seconds=0.5),
        on_failure_callback=partial(tell, channel="#late"),
        weight_rule="absolute",
        priority_weight=7,
    )
    swallows = PythonOperator(
        task_id="swallows", python_callable=stubborn, execution_timeout=timedelta(seconds=0.5)
    )
    never = PythonOperator(task_id="never", python_callable=fine, on_failure_callback=with_hostname)
    good >> late >> never

with DAG(
    dag_id="watched_ops",
    schedule=None,
    start_date=datetime(2024, 1, 1),
    default_args={"on_failure_callback": [page]},
    max_active_tasks=3,
) as ops:
    bursts = PythonOperator(task_id="bursts", python_callable=lambda: 1 / 0, on_success_callback=praise)
    follows = PythonOperator(task_id="follows", python_callable=fine)
    cleans = PythonOperator(
        task_id="cleans", python_callable=fine, trigger_rule="all_done", on_success_callback=praise
    )
    bursts >> follows >> cleans
