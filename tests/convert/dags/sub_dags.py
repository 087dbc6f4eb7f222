"""A nightly load whose parts are sub-DAGs: one is fine, one skips a table, one fails."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.exceptions import AirflowSkipException
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.operators.subdag import SubDagOperator

ARGS = {"owner": "etl", "start_date": datetime(2024, 1, 1)}


def load(table, ds):
    if table == "bad":
        raise ValueError(table)
    if table == "none":
        raise AirflowSkipException(table)
    return f"{table}:{ds}"


def part(parent, child, tables):
    """The tables of one system."""
    sub = DAG(f"{parent}.{child}", default_args=ARGS, schedule_interval="@hourly")
    with sub:
        done = BashOperator(task_id="done", bash_command="echo {{ ds }} {{ dag.dag_id }}")
        for table in tables:
            PythonOperator(task_id=f"load_{table}", python_callable=load, op_kwargs={"table": table}) >> done
    return sub


with DAG("all_parts", default_args=ARGS, schedule_interval="@daily", catchup=False) as dag:
    erp = SubDagOperator(task_id="erp", subdag=part("all_parts", "erp", ["a", "b"]))
    shop = SubDagOperator(task_id="shop", subdag=part("all_parts", "shop", ["c", "none"]), poke_interval=10)
    crm = SubDagOperator(
        task_id="crm",
        subdag=part("all_parts", "crm", ["d", "bad"]),
        mode="reschedule",
        retries=1,
        retry_delay=timedelta(seconds=1),
    )
    end = BashOperator(task_id="end", bash_command="echo end", trigger_rule="all_done")
    ok = BashOperator(task_id="ok", bash_command="echo ok")
    [erp, shop, crm] >> end
    [erp, shop] >> ok
