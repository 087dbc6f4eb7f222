"""A failure at the head of a long chain, and a task that runs whatever happened."""

import pendulum
from airflow import DAG

try:
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.python import PythonOperator


def fails():
    raise ValueError("the first one")


def works():
    pass


with DAG("chain", schedule=None, start_date=pendulum.datetime(2024, 1, 1, tz="UTC")):
    before = PythonOperator(task_id="fails", python_callable=fails)
    for number in range(8):
        after = PythonOperator(task_id=f"link_{number}", python_callable=works)
        before >> after
        before = after
    before >> PythonOperator(task_id="clean_up", python_callable=works, trigger_rule="all_done")
