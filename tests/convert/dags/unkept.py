"""What a task returns and is not to be kept: no step gives it."""

from datetime import datetime

from airflow import DAG
from airflow.decorators import task
from airflow.operators.python import PythonOperator, ShortCircuitOperator


def secret():
    """Nobody is to see it."""
    return "token"


def for_the_day(ds, **context):
    if ds < "2024":
        return None
    return f"token of {ds}"


def told(ti):
    ti.xcom_push(key="known", value=1)
    return "token"


def goes_on():
    return True


def shared(n):
    return n


with DAG("unkept", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:

    @task(do_xcom_push=False)
    def decorated(n: int):
        return n + 1

    PythonOperator(task_id="made", python_callable=secret, do_xcom_push=False)
    PythonOperator(task_id="dated", python_callable=for_the_day, do_xcom_push=False)
    PythonOperator(task_id="tells", python_callable=told, do_xcom_push=False)
    ShortCircuitOperator(task_id="stopper", python_callable=goes_on, do_xcom_push=False)
    PythonOperator(task_id="shared_unkept", python_callable=shared, op_args=[1], do_xcom_push=False)
    PythonOperator(task_id="shared_kept", python_callable=shared, op_args=[1])
    decorated(2)
