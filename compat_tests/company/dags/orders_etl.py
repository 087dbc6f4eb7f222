"""
### Orders ETL
Loads the orders of the day into the warehouse, once a day.
"""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.python import PythonOperator

from lib.warehouse import CsvHook

default_args = {
    "owner": "analytics",
    "depends_on_past": False,
    "email_on_failure": False,
    "retries": 2,
    "retry_delay": timedelta(minutes=5),
}


def extract(ds, **kwargs):
    rows = [row for row in CsvHook().get_records("orders") if row["day"] == ds]
    kwargs["ti"].xcom_push(key="row_count", value=len(rows))
    return rows


def transform(ti, **_):
    rows = ti.xcom_pull(task_ids="extract_orders")
    # orders without an amount were never paid
    paid = [row for row in rows if row["amount"]]
    return [{"order_id": int(row["order_id"]), "cents": round(float(row["amount"]) * 100)} for row in paid]


def load(table, **context):
    rows = context["ti"].xcom_pull(task_ids="transform_orders")
    return CsvHook().insert_rows(f"{table}_{context['ds_nodash']}", rows)


with DAG(
    "orders_etl",
    default_args=default_args,
    description="Orders of the day",
    schedule="@daily",
    start_date=datetime(2023, 1, 1),
    catchup=False,
    max_active_runs=1,
    tags=["orders", "etl"],
    doc_md=__doc__,
) as dag:
    t1 = PythonOperator(task_id="extract_orders", python_callable=extract)
    t2 = PythonOperator(task_id="transform_orders", python_callable=transform)
    t3 = PythonOperator(task_id="load_orders", python_callable=load, op_kwargs={"table": "fct_orders"})

    t1 >> t2 >> t3
