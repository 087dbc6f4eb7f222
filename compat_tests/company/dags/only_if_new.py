"""Goes on only when there is something new."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator, ShortCircuitOperator

from lib.warehouse import CsvHook


def has_orders(day):
    return any(row["day"] == day for row in CsvHook().get_records("orders"))


with DAG("only_if_new", start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False) as dag:
    yes = ShortCircuitOperator(task_id="orders_today", python_callable=has_orders, op_args=["{{ ds }}"])
    no = ShortCircuitOperator(task_id="orders_next_year", python_callable=has_orders, op_args=["2025-01-01"])
    soft = ShortCircuitOperator(
        task_id="soft",
        python_callable=lambda: False,
        ignore_downstream_trigger_rules=False,
    )
    work = BashOperator(task_id="work", bash_command="echo working")
    skipped = BashOperator(task_id="skipped", bash_command="echo never")
    after = EmptyOperator(task_id="after")
    soft_skipped = EmptyOperator(task_id="soft_skipped")
    soft_end = PythonOperator(task_id="soft_end", python_callable=lambda: "here", trigger_rule="all_done")
    yes >> work
    no >> skipped >> after
    soft >> soft_skipped >> soft_end
