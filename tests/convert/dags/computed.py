"""XComs of tasks that are worked out when a step runs."""

from datetime import datetime

from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator

SHOPS = ["munich", "berlin", "hamburg"]
IDS = [f"count_{s}" for s in SHOPS]


def count_of(shop, ti):
    ti.xcom_push(key="sold_in", value=shop.upper())
    return len(shop)


def sum_of_all(**context):
    return sum(context["ti"].xcom_pull(task_ids=IDS))


def by_comprehension(ti):
    return {s: ti.xcom_pull(task_ids=f"count_{s}") for s in SHOPS}


def by_loop(ti, shops):
    return [ti.xcom_pull(task_ids="count_" + s, key="sold_in") for s in shops] + ti.xcom_pull(
        IDS, key="sold_in"
    )


def of_any(ti, task_ids):
    return [ti.xcom_pull(task_ids=t) for t in task_ids]


def of_a_key(ti, key):
    return ti.xcom_pull(task_ids=IDS, key=key)


def of_nobody(ti):
    return ti.xcom_pull(task_ids=[f"nobody_{s}" for s in SHOPS])


with DAG("computed", start_date=datetime(2024, 1, 1), schedule=None, catchup=False) as dag:
    counts = [
        PythonOperator(task_id=f"count_{s}", python_callable=count_of, op_kwargs={"shop": s}) for s in SHOPS
    ]
    counted = EmptyOperator(task_id="counted")
    counts >> counted
    for other in [
        PythonOperator(task_id="sum_of_all", python_callable=sum_of_all),
        PythonOperator(task_id="by_comprehension", python_callable=by_comprehension),
        PythonOperator(task_id="by_loop", python_callable=by_loop, op_kwargs={"shops": SHOPS}),
        PythonOperator(task_id="in_a_lambda", python_callable=lambda ti: max(ti.xcom_pull(task_ids=IDS))),
        PythonOperator(task_id="of_any", python_callable=of_any, op_kwargs={"task_ids": IDS[:2]}),
        # What has to run in Airflow.
        PythonOperator(task_id="of_a_key", python_callable=of_a_key, op_kwargs={"key": "sold_in"}),
        PythonOperator(task_id="of_nobody", python_callable=of_nobody),
    ]:
        counted >> other
