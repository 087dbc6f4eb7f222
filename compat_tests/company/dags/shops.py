"""Loops over shops: commands of known and unknown pieces, lambdas, XComs of tasks that are worked out."""

import os
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

STAGE = os.environ.get("COMPANY_STAGE", "dev")
SHOPS = ["munich", "berlin", "hamburg"]
IDS = [f"count_{shop}" for shop in SHOPS]
PLACE = f"s3://{STAGE}/" + "{{ ds_nodash }}"


def count(shop, place, ti):
    ti.xcom_push(key="place", value=f"{place}/{shop}")
    return len(shop)


def all_of_them(**context):
    ti = context["ti"]
    places = [ti.xcom_pull(task_ids=f"count_{shop}", key="place") for shop in SHOPS]
    return {"total": sum(ti.xcom_pull(task_ids=IDS)), "places": places}


def token():
    return "not to be kept"


with DAG("shops", start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False) as dag:
    last = PythonOperator(task_id="all_of_them", python_callable=all_of_them)
    PythonOperator(task_id="token", python_callable=token, do_xcom_push=False) >> last
    for shop in SHOPS:
        counted = PythonOperator(
            task_id=f"count_{shop}", python_callable=count, op_kwargs={"shop": shop, "place": PLACE}
        )
        echoed = BashOperator(
            task_id=f"echo_{shop}", bash_command=f"echo {STAGE} {shop} {{{{ ds }}}} " + PLACE
        )
        echoed >> counted >> last
    last >> PythonOperator(
        task_id="shown",
        python_callable=lambda ti, ds: f"{ds}: {ti.xcom_pull(task_ids='all_of_them')['total']}",
    )
