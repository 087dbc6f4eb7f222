"""Tasks that ask about their own run."""

from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator, get_current_context


def facts(**context):
    ti = context["ti"]
    return {
        "dag": context["dag"].dag_id,
        "task": context["task"].task_id,
        "try": ti.try_number,
        "index": ti.map_index,
        "start": context["data_interval_start"].isoformat(),
        "end": context["data_interval_end"].isoformat(),
        "ts": context["ts"],
        "nodash": context["ts_nodash"],
    }


def current():
    context = get_current_context()
    return context["ds"], context["ti"].task_id


with DAG(
    "run_facts", start_date=datetime(2023, 1, 1), schedule="0 5 * * *", catchup=False, tags=["ops"]
) as dag:
    PythonOperator(task_id="facts", python_callable=facts) >> PythonOperator(
        task_id="current", python_callable=current
    )
