"""Waits for a flag file, and for a condition; then works."""

import os
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.sensors.filesystem import FileSensor
from airflow.sensors.python import PythonSensor

DATA = os.environ.get("COMPANY_DATA", ".")


def is_there(name, **context):
    return os.path.exists(os.path.join(DATA, name)) and context["ds"] > "2023-01-01"


with DAG(
    "wait_for_flag",
    start_date=datetime(2023, 1, 1),
    schedule="@daily",
    catchup=False,
    default_args={"poke_interval": 1, "timeout": 3},
) as dag:
    flag = FileSensor(task_id="flag", filepath=os.path.join(DATA, "_SUCCESS"))
    ready = PythonSensor(
        task_id="ready", python_callable=is_there, op_kwargs={"name": "orders.csv"}, mode="reschedule"
    )
    optional = PythonSensor(task_id="optional", python_callable=lambda: False, soft_fail=True)
    work = BashOperator(task_id="work", bash_command="echo found")
    with_optional = BashOperator(task_id="with_optional", bash_command="echo never")
    anyway = BashOperator(task_id="anyway", bash_command="echo anyway", trigger_rule="none_failed")
    [flag, ready] >> work
    optional >> with_optional
    [work, optional] >> anyway
