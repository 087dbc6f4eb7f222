"""Groups in groups, with a decorator and with a context manager."""

from datetime import datetime

from airflow.decorators import dag, task, task_group
from airflow.operators.empty import EmptyOperator
from airflow.utils.task_group import TaskGroup


@dag(start_date=datetime(2023, 1, 1), schedule="@hourly", catchup=False)
def nested_groups():
    @task
    def read(source: str) -> dict:
        return {"source": source, "rows": len(source)}

    @task
    def clean(batch: dict) -> dict:
        return {**batch, "rows": batch["rows"] - 1}

    @task
    def add(left: dict, right: dict) -> int:
        return left["rows"] + right["rows"]

    @task_group
    def source(name: str):
        @task_group
        def inner(batch):
            return clean(batch)

        return inner(read(name))

    with TaskGroup("publish", prefix_group_id=False) as publish:
        first = EmptyOperator(task_id="first")
        second = EmptyOperator(task_id="second")
        first >> second

    total = add(source("crm"), source.override(group_id="shop")("webshop"))
    total >> publish


nested_groups()
