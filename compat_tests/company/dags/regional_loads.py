"""One task a region, made in a loop, in a task group; then a total."""

from datetime import datetime

from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup

from lib.warehouse import CsvHook, rates

REGIONS = ["eu", "us", "apac"]


def revenue(region, ds=None):
    rows = [row for row in CsvHook().get_records("orders") if row["region"] == region and row["day"] == ds]
    return round(sum(float(row["amount"] or 0) for row in rows) * rates()[region], 2)


def total(**context):
    values = context["ti"].xcom_pull(task_ids=[f"regions.load_{region}" for region in REGIONS])
    return round(sum(values), 2)


with DAG("regional_loads", start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False) as dag:
    start = EmptyOperator(task_id="start")
    end = PythonOperator(task_id="total", python_callable=total)
    with TaskGroup("regions", tooltip="One load a region") as regions:
        for region in REGIONS:
            load = PythonOperator(
                task_id=f"load_{region}",
                python_callable=revenue,
                op_kwargs={"region": region},
                pool="warehouse",
            )
            check = EmptyOperator(task_id=f"check_{region}")
            load >> check
    start >> regions >> end
