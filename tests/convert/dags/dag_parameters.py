"""DAG functions with parameters, and arguments that Airflow refuses."""

from datetime import datetime

from airflow import DAG
from airflow.decorators import dag, task
from airflow.operators.python import PythonOperator


@dag(schedule=None, start_date=datetime(2024, 1, 1), params={"word": "hey"})
def dag_parameters(region: str, n: int = 3, word: str = "hello"):
    @task
    def use(where, count=0):
        return f"{where} {count}"

    @task.bash
    def say(where):
        return f"echo {where}"

    told = PythonOperator(task_id="told", python_callable=lambda a: a, op_kwargs={"a": [region, word]})
    use(region, count=n) >> say(region) >> told


dag_parameters("eu")


def load(ds, rows):
    return [ds, rows]


with DAG("given_by_place", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    by_name = PythonOperator(task_id="by_name", python_callable=load, op_kwargs={"ds": "mine", "rows": 2})
    by_place = PythonOperator(task_id="by_place", python_callable=load, op_args=["mine", 2])
    by_name >> by_place
