"""Orders of the shop: all ways to need something in one DAG, and a second DAG beside it."""

import os
from datetime import datetime
from os import environ
from pathlib import Path

import pandas as pd
from airflow import DAG, Dataset
from airflow.decorators import task
from airflow.models import Variable
from airflow.models import Variable as Setting
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sensors.external_task import ExternalTaskMarker, ExternalTaskSensor
from include import helpers, settings
from include.helpers import customers, host_of, notify
from include.operators import LoadOperator

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "conf", "regions.csv")) as file:
    REGIONS = file.read().split()
CONFIGS = list(Path(__file__).parent.glob("conf/*.json"))
TEAM = "sales"
BUCKET = Variable.get(f"{TEAM}_bucket")
STAGE = os.environ["STAGE"]
PREVIEW = "PREVIEW" in environ
DATABASE = environ.get("DATABASE_URL", "postgresql://admin:hunter2@db/prod")


def extract(key, conn="legacy_db", **context):
    """Reads Variables under known names, and under one that is not."""
    for part in ["one", "two"]:
        Setting.get("key_" + part)
    region = context["params"]["region"]
    Variable.get(region + "_limit")
    Variable.get(key, default_var="s3cr3t-default")
    host_of(conn)
    customers("orders")
    return pd.read_csv("conf/regions.csv")


def query(table):
    """A file whose name comes from the task."""
    return (settings.QUERIES / f"{table}.sql").read_text()


with DAG(
    "orders",
    start_date=datetime(2024, 1, 1),
    schedule="@daily",
    on_failure_callback=notify,
    template_searchpath=["/opt/airflow/dags/sql"],
    user_defined_macros={"company": "shop"},
) as dag:
    PythonOperator(task_id="a", python_callable=extract, op_kwargs={"key": "orders_key"}, pool="db_pool")
    PythonOperator(task_id="b", python_callable=query, op_args=["orders"])
    BashOperator(task_id="c", bash_command="scripts/run.sh", env={"P": "{{ conn.get('ftp_in').password }}"})
    SQLExecuteQueryOperator(
        task_id="d", conn_id=settings.WAREHOUSE, sql="orders.sql", outlets=[Dataset("s3://lake/orders")]
    )
    BashOperator(
        task_id="e",
        bash_command="{{ ti.xcom_pull('a') }} {{ company }} {{ macros.ds_add(ds, 1) }} {{ dag_run.conf['x'] }}",
    )
    LoadOperator(task_id="f", sql="missing.sql", lake=settings.Buckets.LAKE)
    TriggerDagRunOperator(task_id="g", trigger_dag_id="reports")
    ExternalTaskSensor(task_id="h", external_dag_id="upstream", external_task_ids=["x", "y"])
    ExternalTaskSensor(task_id="i", external_dag_id="{{ var.value.other }}")
    ExternalTaskMarker(task_id="j", external_dag_id="child", external_task_id="z")
    PythonOperator(task_id="k", python_callable=lambda: helpers.host_of(settings.CONNECTIONS["crm"]))


@task
def hidden():
    """Only the second DAG runs it."""
    import polars

    return polars.DataFrame({"a": [os.getenv("HIDDEN")]})


with DAG("second", start_date=datetime(2024, 1, 1), schedule=[Dataset("s3://lake/orders")]):
    hidden()
    SECOND = Variable.get("second_bucket")

if __name__ == "__main__":
    print(os.environ["ONLY_WITHOUT_AIRFLOW"])
