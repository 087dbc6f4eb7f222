"""A sensor whose time is up fails without another try; one whose look fails is tried again."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.sensors.filesystem import FileSensor
from airflow.sensors.python import PythonSensor


def raises():
    raise ValueError("cannot look")


with DAG(
    "waits_too_long",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args={"retries": 2, "retry_delay": 0.1, "poke_interval": 0.1, "timeout": 0.2},
):
    start = EmptyOperator(task_id="start")
    gone = FileSensor(task_id="gone", filepath="/no/such/file/of/{{ ds }}")
    broken = PythonSensor(task_id="broken", python_callable=raises)
    quiet = PythonSensor(task_id="quiet", python_callable=raises, silent_fail=True)
    forgiven = PythonSensor(task_id="forgiven", python_callable=raises, never_fail=True)
    after = BashOperator(task_id="after", bash_command="echo never")
    start >> [gone, broken, quiet, forgiven]
    gone >> after
