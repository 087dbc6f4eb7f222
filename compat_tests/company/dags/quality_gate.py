"""A check decides what is loaded; a clean-up runs whatever happens."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator
from airflow.utils.trigger_rule import TriggerRule

from lib.warehouse import CsvHook

THRESHOLD = 2


def count_rows(**context):
    return sum(row["day"] == context["ds"] for row in CsvHook().get_records("orders"))


def choose(**context):
    count = context["ti"].xcom_pull(task_ids="count_rows")
    return "publish" if count > THRESHOLD else ["quarantine", "alert"]


with DAG(
    dag_id="quality_gate",
    start_date=datetime(2023, 1, 1),
    schedule="0 6 * * *",
    catchup=False,
) as dag:
    count = PythonOperator(task_id="count_rows", python_callable=count_rows)
    gate = BranchPythonOperator(task_id="gate", python_callable=choose)
    publish = BashOperator(task_id="publish", bash_command="echo published {{ ds }}")
    quarantine = EmptyOperator(task_id="quarantine")
    alert = PythonOperator(task_id="alert", python_callable=lambda: "too few rows")
    joined = EmptyOperator(task_id="joined", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
    cleanup = BashOperator(task_id="cleanup", bash_command="echo cleaned up", trigger_rule="all_done")

    count >> gate >> [publish, quarantine, alert] >> joined >> cleanup
