"""Tasks that say which Airflow process runs them, and one that works until it is killed; for Airflow 2 and 3."""

import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

try:
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.sdk import DAG, BaseOperator
except ImportError:
    from airflow import DAG
    from airflow.models.baseoperator import BaseOperator
    from airflow.operators.python import PythonOperator


def who():
    return os.getppid()


def lose_the_server(ti=None, **_):
    """The first time, what runs the task is killed with all that it knows."""
    if ti.try_number == 1:
        os.kill(os.getppid(), 9)
        subprocess.run(["sleep", "60"])
    return ti.try_number


class Works(BaseOperator):
    """In a process of its own session, which only `on_kill` ends."""

    def execute(self, context):
        work = self.work = subprocess.Popen(["sleep", "600"], start_new_session=True)
        Path(os.environ["NOTES"] + ".part").write_text(f"{work.pid} {os.getppid()}")
        Path(os.environ["NOTES"] + ".part").rename(os.environ["NOTES"])
        self.work.wait()
        raise ValueError("the work was ended")

    def on_kill(self):
        Path(os.environ["NOTES"] + ".killed").touch()
        self.work.kill()


with DAG("ten", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    first = PythonOperator(task_id="t0", python_callable=who)
    last = PythonOperator(task_id="t9", python_callable=who)
    for n in range(1, 9):
        first >> PythonOperator(task_id=f"t{n}", python_callable=who) >> last

with DAG("works", schedule=None, start_date=datetime(2024, 1, 1)):
    Works(task_id="works")

with DAG("survives", schedule=None, start_date=datetime(2024, 1, 1)):
    lost = PythonOperator(
        task_id="lost", python_callable=lose_the_server, retries=1, retry_delay=timedelta(seconds=1)
    )
    lost >> PythonOperator(task_id="after", python_callable=who)
