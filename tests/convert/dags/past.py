"""Tasks that wait for themselves in the run before."""

from datetime import datetime

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator

with DAG(
    "in_order",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=True,
    default_args={"depends_on_past": True},
):
    begin = EmptyOperator(task_id="begin")
    count = BashOperator(task_id="count", bash_command="echo {{ ds }}")

    @task
    def add(text):
        """Adds it up."""
        return text

    @task(wait_for_downstream=True)
    def total(text):
        return text

    added = add(count.output)
    begin >> count
    total(added) >> EmptyOperator(task_id="end", depends_on_past=False)
