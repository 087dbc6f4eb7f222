"""Revenue per category of each day, by dbt on DuckDB: staging models, one mart, and dbt's tests.

The project is `dbt/orders`. Try a model with `dbt run --project-dir airflow_dags/dbt/orders -s stg_orders`. The mart
is a CSV file of the day below `out/orders_dbt`, which finance reads. Where dbt is installed is `DBT_BIN`.

Owner: analytics engineering.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

import pendulum
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out" / "orders_dbt"
PROJECT = Path(__file__).parent / "dbt/orders"


def count_lines(day):
    """How many lines the export has about the day. None at all is a broken export, not a quiet day."""
    with open(DATA_DIR / "orders.csv", encoding="utf-8") as file:
        lines = sum(1 for line in file if f",{day} " in line)
    if not lines:
        raise ValueError(f"nothing about {day} in the export")
    OUT_DIR.mkdir(parents=True, exist_ok=True)  # DuckDB writes files and makes no folders
    return lines


def publish(day):
    """The file that finance waits for: what it may read, and how big it is."""
    mart = OUT_DIR / f"category_revenue_{day}.csv"
    with mart.open(encoding="utf-8") as file:
        rows = sum(1 for _ in file) - 1
    ready = {"day": day, "file": mart.name, "categories": rows}
    (OUT_DIR / f"ready_{day}.json").write_text(json.dumps(ready) + "\n", encoding="utf-8")
    return ready


with DAG(
    dag_id="orders_dbt",
    description="Revenue per category of each day, by dbt",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,  # one writer at a time: DuckDB allows no more
    default_args={"owner": "analytics", "retries": 1, "retry_delay": timedelta(seconds=20)},
    doc_md=__doc__,
    tags=["orders", "dbt"],
) as dag:
    export = PythonOperator(
        task_id="export_lines", python_callable=count_lines, op_kwargs={"day": "{{ ds }}"}
    )
    build = BashOperator(
        task_id="dbt_build",
        retries=0,  # a test that failed fails again
        bash_command=(
            f'"${{DBT_BIN:-dbt}}" build --project-dir "{PROJECT}" --profiles-dir "{PROJECT}" '
            f'--target-path "{DATA_DIR}/dbt/target" --log-path "{DATA_DIR}/dbt/logs" '
            '--vars \'{"day": "{{ ds }}"}\''
        ),
    )
    ready = PythonOperator(task_id="publish", python_callable=publish, op_kwargs={"day": "{{ ds }}"})

    export >> build >> ready
