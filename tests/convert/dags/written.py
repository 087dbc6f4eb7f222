"""Ways of writing: several statements on a line, f-strings, postponed annotations, names that are assigned twice."""
from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from airflow import DAG
from airflow.models import Variable
from airflow.operators.python import PythonOperator

if TYPE_CHECKING:
    import pandas as pd

LIMIT = 2; UNIT = "kg"
folder = "first"
more = [1]
more += [2]


def rows_of(frame: pd.DataFrame | None, later: Later | None = None) -> Later | None:
    return later


class Later:
    frame: pd.DataFrame = None


def in_texts(**context):
    a = f"{Variable.get('bucket', default_var='none')}/x"
    b = f'{context["ds_nodash"]}'
    c = f"""
    {context['ds']}: {context['ts_nodash']}
    """
    # the month begins here
    first = context["logical_date"].replace(day=1).to_date_string()
    before = (context["data_interval_end"] - timedelta(days=1)).to_date_string()
    return [a, b, c, first, before, rows_of(None)]


def use(folder, unit=UNIT):
    return f"{folder} {unit}"


def again(where, LIMIT=LIMIT):
    LIMIT = LIMIT + 1
    return [where, LIMIT, more]


def push(ti):
    ti.xcom_push(key="a-b", value=(half := 0.5))
    return half


def pull(ti):
    # nobody knows why it is half
    half = ti.xcom_pull(task_ids="push", key="a-b")  # not a whole
    return half * 2


# every day, for the desk
dag = DAG("written", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
with dag:
    one = PythonOperator(task_id="one", python_callable=lambda: 1); two = PythonOperator(task_id="two", python_callable=lambda: 2)
    texts = PythonOperator(task_id="in_texts", python_callable=in_texts)
    used = PythonOperator(task_id="use", python_callable=use, op_kwargs={"folder": folder})  # the first one
    folder = "second"
    PythonOperator(task_id="again", python_callable=again, op_args=[folder])
    pushed = PythonOperator(task_id="push", python_callable=push, owner="a@b.c")
    pushed >> PythonOperator(task_id="pull", python_callable=pull)
    shown = PythonOperator(task_id="shown", python_callable=lambda a, b: [a, b], op_args=["{{ ds }}\n", "line\r\nend\n"])
    # the order of the day
    one >> two >> [texts, used, shown]
    # nothing comes after it

# dag.test()
