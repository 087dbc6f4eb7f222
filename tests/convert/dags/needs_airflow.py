"""Helper functions and classes of the file: some need Airflow, and so do the tasks that call them."""

from datetime import datetime

from airflow import DAG
from airflow.decorators import task
from airflow.hooks.base import BaseHook
from airflow.models import BaseOperator
from airflow.models.taskinstance import TaskInstance
from airflow.operators.python import PythonOperator
from airflow.utils.trigger_rule import TriggerRule

RULE = TriggerRule.ALL_DONE
CONNECTION = "cases_db"


def connection(name):
    return BaseHook.get_connection(name)


def host(name):
    return connection(name).host


def twice(x: int) -> int:
    return 2 * x


def typed(ti: TaskInstance, n: int = 2) -> "TaskInstance":
    return twice(n)


def annotated(n: int = 2) -> TaskInstance | int:
    return twice(n)


class Host(BaseOperator):
    """Asks the connection."""

    def execute(self, context):
        return host(CONNECTION)


with DAG("needs_airflow", start_date=datetime(2024, 1, 1), schedule=None, catchup=False):

    @task
    def number():
        return twice(4)

    @task
    def told(n):
        return f"{host(CONNECTION)} {n}"

    asked = Host(task_id="asked")
    once = PythonOperator(task_id="once", python_callable=typed, trigger_rule=RULE)
    again = PythonOperator(task_id="again", python_callable=typed, op_kwargs={"n": 3})
    first = PythonOperator(task_id="first", python_callable=annotated)
    second = PythonOperator(task_id="second", python_callable=annotated, op_args=[5])
    asked >> told(number()) >> once >> [again, first] >> second
