"""Tasks that are run one by one, with what came before them given; loads on Airflow 2 and 3."""

import asyncio
import os
from datetime import date, datetime, timedelta

try:
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.providers.standard.operators.python import BranchPythonOperator, PythonOperator
    from airflow.sdk import DAG, BaseHook, BaseOperator, Variable, task
    from airflow.sdk.exceptions import AirflowSkipException
except ImportError:
    from airflow import DAG
    from airflow.decorators import task
    from airflow.hooks.base import BaseHook
    from airflow.models import Variable
    from airflow.models.baseoperator import BaseOperator
    from airflow.operators.empty import EmptyOperator
    from airflow.operators.python import BranchPythonOperator, PythonOperator

    try:
        from airflow.exceptions import AirflowSkipException
    except ImportError:
        from airflow.sdk.exceptions import AirflowSkipException

from airflow.triggers.base import BaseTrigger, TriggerEvent


def report(day, words, ti=None, **context):
    orders = ti.xcom_pull(task_ids="orders")
    ti.xcom_push("count", len(orders))
    print("there are", len(orders))
    return {
        "day": day,
        "words": words,
        "orders": orders,
        "other": ti.xcom_pull(task_ids="orders", key="other"),
        "login": BaseHook.get_connection("shop").login,
        "limit": Variable.get("limit"),
        "conf": context["dag_run"].conf,
        "tries": ti.try_number,
    }


def kinds(ti=None, **_):
    given = ti.xcom_pull(task_ids="orders")
    return [type(given).__name__, repr(given)]


def give_back(ti=None, **_):
    return ti.xcom_pull(task_ids="orders")


class Thing:
    def __repr__(self):
        return "a thing"


def skip():
    raise AirflowSkipException("nothing to do")


def flaky(ti=None, **_):
    if ti.try_number < 2:
        raise ValueError("first try")
    return ti.try_number


def fail():
    raise KeyError("no such shop")


class Soon(BaseTrigger):
    def serialize(self):
        return "sales.Soon", {}

    async def run(self):
        await asyncio.sleep(0.1)
        yield TriggerEvent("it came")


class Defers(BaseOperator):
    def execute(self, context):
        self.defer(trigger=Soon(), method_name="resume")

    def resume(self, context, event=None):
        return event


with DAG("sales", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    orders = EmptyOperator(task_id="orders")
    orders >> PythonOperator(
        task_id="report", python_callable=report, op_args=["{{ ds }}", "{{ ti.xcom_pull('orders') }}"]
    )
    orders >> PythonOperator(task_id="kinds", python_callable=kinds)
    orders >> PythonOperator(task_id="give_back", python_callable=give_back)
    orders >> EmptyOperator(task_id="one_failed", trigger_rule="one_failed")
    PythonOperator(task_id="a_tuple", python_callable=lambda: (1, date(2024, 1, 3)))
    PythonOperator(task_id="skips", python_callable=skip) >> EmptyOperator(task_id="after_skip")
    PythonOperator(task_id="flaky", python_callable=flaky, retries=2, retry_delay=timedelta(seconds=1))
    PythonOperator(task_id="fails", python_callable=fail)
    Defers(task_id="defers")
    choose = BranchPythonOperator(task_id="choose", python_callable=lambda: "left")
    right = EmptyOperator(task_id="right")
    choose >> [EmptyOperator(task_id="left"), right]
    right >> EmptyOperator(task_id="under")

    @task
    def numbers():
        return [1]

    @task
    def double(number):
        return 2 * number

    @task
    def total(found):
        return sum(found)

    total(double.expand(number=numbers()))
    PythonOperator(task_id="pid", python_callable=os.getppid)
