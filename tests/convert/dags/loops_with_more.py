"""Loops that do more than making tasks, and functions that read a loop variable late."""

import os
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

NAMES = ["a", "b", "c"]
registry = {}


def note(name):
    registry[name] = True
    os.makedirs(f"/tmp/migrate_odd/{name}", exist_ok=True)


def names():
    return list(registry)


def upper(text):
    return text.upper()


with DAG("made_with_effects", schedule=None, start_date=datetime(2024, 1, 1)):
    for n in NAMES:
        note(n)
        BashOperator(task_id=f"x_{n}", bash_command="echo 1")

with DAG("made_with_lambdas", schedule=None, start_date=datetime(2024, 1, 1)):
    for n in NAMES:
        PythonOperator(task_id=f"l_{n}", python_callable=lambda n=n: upper(n))
    for k in NAMES:
        PythonOperator(task_id=f"late_{k}", python_callable=lambda: upper(k))

with DAG("made_one_after_another", schedule=None, start_date=datetime(2024, 1, 1)):
    last = None
    for i, n in enumerate(NAMES):
        env = {"NAME": n}
        env["I"] = str(i)
        t = BashOperator(task_id=f"p_{n}", bash_command="echo $NAME-$I", env=env)
        if i % 2:
            t.trigger_rule = "all_done"
        if last:
            t << last
        last = t
