"""Every way in which a task can end; loads on Airflow 2 and 3."""

import os
from datetime import datetime, timedelta

import pendulum

try:
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.providers.standard.operators.python import BranchPythonOperator, PythonOperator
    from airflow.sdk import DAG, task
except ImportError:
    from airflow import DAG
    from airflow.decorators import task
    from airflow.operators.empty import EmptyOperator
    from airflow.operators.python import BranchPythonOperator, PythonOperator

START = datetime(2024, 1, 1)


def dates(ds=None, data_interval_end=None, dag_run=None, **_):
    return [ds, str(data_interval_end)[:10], dag_run.conf]


def second_time_lucky(ti=None, **_):
    if ti.try_number < 2:
        raise ValueError("first try")
    return ti.try_number


def fail():
    raise ValueError("no orders")


def note(word):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(f"{word}\n")


def need_repair():
    note("tried")
    if not os.path.exists(os.environ["NOTES"] + ".repaired"):
        raise ValueError("broken")


with DAG("all-good", schedule="@daily", start_date=START, catchup=False, tags=["orders"]):
    extract = PythonOperator(task_id="extract", python_callable=dates)
    retried = PythonOperator(
        task_id="retried", python_callable=second_time_lucky, retries=2, retry_delay=timedelta(seconds=1)
    )
    choose = BranchPythonOperator(task_id="choose", python_callable=lambda: "left")
    left, right, under = (EmptyOperator(task_id=name) for name in ("left", "right", "under"))
    join = EmptyOperator(task_id="join", trigger_rule="none_failed_min_one_success")
    extract >> retried >> choose >> [left, right] >> join
    right >> under

    mild = PythonOperator(task_id="mild", python_callable=fail)
    mild >> EmptyOperator(task_id="after_mild", trigger_rule="all_done")

    @task
    def numbers():
        return [1, 2, 3]

    @task
    def double(number):
        return 2 * number

    @task
    def total(numbers):
        return sum(numbers)

    total(double.expand(number=numbers()))

with DAG("goes_wrong", schedule=None, start_date=START):
    work = PythonOperator(task_id="work", python_callable=fail)
    load = PythonOperator(task_id="load", python_callable=note, op_args=["loaded"])
    clean = PythonOperator(
        task_id="clean.up", python_callable=note, op_args=["cleaned"], trigger_rule="all_done"
    )
    work >> load >> clean
    load >> EmptyOperator(task_id="report")

with DAG("repairable", schedule=None, start_date=START):
    before = PythonOperator(task_id="before", python_callable=note, op_args=["before"])
    broken = PythonOperator(task_id="broken", python_callable=need_repair)
    after = PythonOperator(task_id="after", python_callable=note, op_args=["after"])
    before >> broken >> after

with DAG(
    "at_night",
    schedule="30 2 * * *",  # a time that one night of the year does not have
    start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Berlin"),
    catchup=True,
):

    @task
    def seen(data_interval_start=None, data_interval_end=None):
        return [str(moment).replace(" ", "T") for moment in (data_interval_start, data_interval_end)]

    seen()
