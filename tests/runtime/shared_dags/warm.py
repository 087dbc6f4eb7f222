"""Tasks that tell which process runs them, wait, or die; loads on Airflow 2 and 3."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

KNOWN_BEFORE = "colorsys" in sys.modules
import colorsys  # noqa: E402, F401  a library that nobody else imports

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.sdk import DAG, BaseOperator
except ImportError:
    from airflow import DAG
    from airflow.models.baseoperator import BaseOperator
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator


def note(name, text=""):
    path = Path(os.environ["NOTES"], name)
    path.with_suffix(".part").write_text(str(text))
    path.with_suffix(".part").rename(path)


def wait_for(name):
    while not Path(os.environ["NOTES"], name).exists():
        time.sleep(0.02)


def who():
    return {"server": os.getppid(), "known": KNOWN_BEFORE, "cwd": os.getcwd(), "word": os.environ.get("WORD")}


def meet(own, other):
    note(own)
    print("I am", own)
    wait_for(other)


def tries(ti=None, **_):
    note(f"try{ti.try_number}")
    wait_for("go")
    return ti.try_number


def sleep():
    note("sleeps")
    time.sleep(600)


def leave_a_process():
    return subprocess.Popen(["sleep", "600"], start_new_session=True).pid


class Patient(BaseOperator):
    """Works in a process of its own session until it is killed."""

    def execute(self, context):
        self.work = subprocess.Popen(["sleep", "600"], start_new_session=True)
        note("work", self.work.pid)
        print("it works")
        self.work.wait()
        raise ValueError("the work was ended")

    def on_kill(self):
        print("on_kill was called")
        note("killed")
        self.work.kill()


with DAG("warm", schedule=None, start_date=datetime(2024, 1, 1)):
    first = PythonOperator(task_id="t0", python_callable=who)
    last = PythonOperator(task_id="t9", python_callable=who)
    for n in range(1, 9):
        first >> PythonOperator(task_id=f"t{n}", python_callable=who) >> last

with DAG("waits", schedule=None, start_date=datetime(2024, 1, 1)):
    PythonOperator(task_id="left", python_callable=meet, op_args=["left", "right"])
    PythonOperator(task_id="right", python_callable=meet, op_args=["right", "left"])
    PythonOperator(task_id="tries", python_callable=tries, retries=2, retry_delay=timedelta(seconds=1))
    Patient(task_id="patient")
    PythonOperator(task_id="sleeps", python_callable=sleep)
    BashOperator(task_id="shell", bash_command="echo $$ > $NOTES/shell; sleep 600")
    PythonOperator(task_id="exits", python_callable=os._exit, op_args=[3])
    PythonOperator(task_id="crashes", python_callable=lambda: os.kill(os.getpid(), signal.SIGKILL))
    PythonOperator(task_id="leaves", python_callable=leave_a_process)
