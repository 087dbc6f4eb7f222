"""Edges in all the ways people write them."""

from datetime import datetime

from airflow import DAG
from airflow.models.baseoperator import chain, cross_downstream
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.utils.edgemodifier import Label

with DAG("chained", start_date=datetime(2023, 1, 1), schedule="0 0 1 * *", catchup=False) as dag:
    extracts = [
        BashOperator(task_id=f"extract_{name}", bash_command=f"echo {name}; exit 0") for name in "abc"
    ]
    loads = [BashOperator(task_id=f"load_{name}", bash_command=f"echo {name}") for name in "xy"]
    exits = BashOperator(task_id="nothing_to_do", bash_command="echo skip me; exit 99")
    after_skip = EmptyOperator(task_id="after_skip")
    end = EmptyOperator(task_id="end", trigger_rule="none_failed")

    cross_downstream(extracts, loads)
    chain(loads, end)
    extracts[0] >> Label("maybe") >> exits >> after_skip >> end
