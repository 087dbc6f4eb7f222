"""Every trigger rule, below a success, a failure and a skip."""

from datetime import datetime

from airflow import DAG
from airflow.exceptions import AirflowSkipException
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator

RULES = [
    "all_success",
    "all_failed",
    "all_done",
    "all_skipped",
    "one_success",
    "one_failed",
    "one_done",
    "none_failed",
    "none_failed_min_one_success",
    "none_skipped",
    "always",
]


def fail():
    raise RuntimeError("as it should")


def skip():
    raise AirflowSkipException


with DAG("trigger_rules", start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False) as dag:
    ok = EmptyOperator(task_id="ok")
    failed = PythonOperator(task_id="failed", python_callable=fail)
    skipped = PythonOperator(task_id="skipped", python_callable=skip)
    for rule in RULES:
        [ok, failed, skipped] >> EmptyOperator(task_id=f"mixed_{rule}", trigger_rule=rule)
        [ok, skipped] >> PythonOperator(
            task_id=f"no_failure_{rule}", python_callable=lambda: 1, trigger_rule=rule
        )
        skipped >> EmptyOperator(task_id=f"skipped_{rule}", trigger_rule=rule)
