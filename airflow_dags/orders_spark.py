"""Latest orders of a day by Spark, for the finance export; big enough for the cluster in December only.

The job is `jobs/latest_orders.py`; start it by hand with spark-submit to debug it. Which cluster it goes to is the
connection `spark_default`: YARN in production, `local[1]` on a laptop.

Owner: finance data.
"""

import os
from datetime import timedelta
from pathlib import Path

import pendulum
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out" / "orders_spark"
JOB = Path(__file__).parent / "jobs/latest_orders.py"

SPARK_CONF = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",  # a day is small
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


def check_files(day):
    """Finance stops its own import when a file is missing or has no rows, so we say it first."""
    counts = {}
    for name in ("latest", "customers"):
        path = OUT_DIR / f"{name}_{day}.csv"
        with path.open(encoding="utf-8") as file:
            counts[name] = sum(1 for _ in file) - 1
    if not counts["latest"]:
        raise ValueError(f"no orders on {day}")
    return counts


with DAG(
    dag_id="orders_spark",
    description="Latest version of each order of the day, and revenue per customer, by Spark",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    default_args={"owner": "finance-data", "retries": 1, "retry_delay": timedelta(seconds=20)},
    doc_md=__doc__,
    tags=["orders", "spark"],
) as dag:
    submit = SparkSubmitOperator(
        task_id="latest_orders",
        application=str(JOB),
        application_args=["{{ ds }}", str(DATA_DIR / "orders.csv"), str(OUT_DIR)],
        name="latest-orders-{{ ds_nodash }}",
        conf=SPARK_CONF,
        executor_memory="1G",
        driver_memory="1G",
        verbose=False,
    )
    check = PythonOperator(task_id="check_files", python_callable=check_files, op_kwargs={"day": "{{ ds }}"})

    submit >> check
