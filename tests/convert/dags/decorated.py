"""Functions with decorators of the team's own, and of a package."""

import functools
from datetime import datetime

import tenacity
from airflow import DAG
from airflow.decorators import dag, task
from airflow.operators.python import PythonOperator


def counted(function):
    """Says how often it was called."""
    calls = []

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        calls.append(1)
        print(f"{function.__name__}: call {len(calls)}")
        return function(*args, **kwargs)

    return wrapper


def scaled(factor=10):
    """What the function returns, times a factor."""

    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs) * factor

        return wrapper

    return decorate


def renamed(function):
    """Nobody sees what it wraps, so that Airflow calls it with all that there is."""

    def wrapper(**kwargs):
        return function(kwargs["ds"])

    return wrapper


@counted
def day(ds=None):
    return ds


@scaled(factor=2)
@counted
def twice(number, **context):
    return f"{number} on {context['ds_nodash']} "


@tenacity.retry(stop=tenacity.stop_after_attempt(3))
def tried(number):
    if tried.statistics["attempt_number"] < 3:
        raise ValueError("not yet")
    return number + 1


@renamed
def unseen(ds):
    return ds


@counted
def pulled(ti):
    return ti.xcom_pull(task_ids="day")


with DAG("dressed", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False):
    first = PythonOperator(task_id="day", python_callable=day)
    second = PythonOperator(task_id="twice", python_callable=twice, op_kwargs={"number": "{{ ds }}"})
    third = PythonOperator(task_id="tried", python_callable=tried, op_args=[1])
    last = PythonOperator(task_id="pulled", python_callable=pulled)
    [first, second, third] >> last


with DAG("dressed_unseen", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False):
    PythonOperator(task_id="unseen", python_callable=unseen) >> PythonOperator(
        task_id="seen", python_callable=day
    )


@task
@counted
def outside(number: int):
    return number * 2


@dag(start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False)
def dressed_tasks():
    base = 5

    @task
    @counted
    def started(ds=None) -> int:
        """The day of the month."""
        return int(ds[-2:]) + base

    @task(retries=1)
    @scaled()
    def scaled_up(number: int, *, more=1):
        return number + more

    outside(scaled_up(started()))


dressed_tasks()
