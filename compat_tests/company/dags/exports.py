"""Exports in one file with two DAGs that share functions; one feeds a dataset's file."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

OUT = Path(os.environ.get("COMPANY_DATA", ".")) / "exports"
DEFAULTS = dict(owner="bi", retries=0)


def export(name, rows, **context):
    """Write one file a day."""
    OUT.mkdir(exist_ok=True)
    target = OUT / f"{name}-{context['ds']}.json"
    target.write_text(json.dumps({"rows": rows, "from": str(context["data_interval_start"].date())}))
    return target.name


def verify(**context):
    name = context["ti"].xcom_pull(task_ids="export")
    return json.loads((OUT / name).read_text())


with DAG(
    "export_daily", default_args=DEFAULTS, start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False
) as daily:
    one = PythonOperator(task_id="export", python_callable=export, op_args=["daily", 3])
    one >> PythonOperator(task_id="verify", python_callable=verify)

with DAG(
    "export_weekly",
    default_args=DEFAULTS,
    start_date=datetime(2023, 1, 2),
    schedule=timedelta(weeks=1),
    catchup=False,
) as weekly:
    two = PythonOperator(task_id="export", python_callable=export, op_args=["weekly", 7])
    listed = BashOperator(task_id="list", bash_command=f"ls {OUT} | wc -l", cwd="/tmp")
    two >> PythonOperator(task_id="verify", python_callable=verify) >> listed
