"""What time is it? Asked in every way that a task may ask."""

import time
from datetime import date, datetime
from pathlib import Path
from time import time as seconds

import pandas as pd
import pendulum
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from stamping import StampOperator


def read_clock():
    """As text and numbers; waiting for a moment to pass does not take for ever."""
    begun, soon = time.perf_counter(), seconds() + 0.2
    while time.time() < soon:
        time.sleep(0.1)
    Path("stamp.txt").write_text(datetime.now().isoformat())
    texts = [
        datetime.now(),
        date.today(),
        pendulum.now("Europe/Paris"),
        pd.Timestamp.now("UTC"),
        time.ctime(),
    ]
    return [seconds(), time.perf_counter() > begun, *map(str, texts)]


def add(ti):
    """A value that is no text: a moment stays the plain class that it was."""
    return {"at": datetime.utcnow(), "before": ti.xcom_pull(task_ids="read")}


with DAG("clocks", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    read = PythonOperator(task_id="read", python_callable=read_clock)
    more = PythonOperator(task_id="more", python_callable=add)
    stamp = StampOperator(task_id="stamp", text="{{ ds }} at {{ macros.datetime.now() }}")
    shell = BashOperator(task_id="shell", bash_command="echo hello")
    read >> more >> stamp >> shell
