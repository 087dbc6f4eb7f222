"""A DAG for each table, from a factory."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

TABLES = {
    "users": {"schedule": "@daily", "key": "user_id"},
    "items": {"schedule": "0 */6 * * *", "key": "sku"},
}


def merge(table, key, **context):
    return f"merge {table} on {key} for {context['ds']}"


def create_dag(table, schedule, key):
    with DAG(f"sync_{table}", start_date=datetime(2023, 1, 1), schedule=schedule, catchup=False) as dag:
        dump = BashOperator(task_id="dump", bash_command=f"echo dump {table}")
        load = PythonOperator(task_id="load", python_callable=merge, op_kwargs={"table": table, "key": key})
        dump >> load
    return dag


for name, config in TABLES.items():
    globals()[f"sync_{name}"] = create_dag(name, config["schedule"], config["key"])
