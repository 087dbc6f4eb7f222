"""Paths of Airflow's own kind between tasks."""

from datetime import datetime

from airflow.decorators import dag, task
from airflow.io.path import ObjectStoragePath

from lib.warehouse import DATA


@dag(start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False)
def object_paths():
    @task
    def find() -> ObjectStoragePath:
        return ObjectStoragePath(f"file://{DATA}/orders.csv")

    @task
    def count(path: ObjectStoragePath) -> int:
        with path.open() as lines:
            return len(list(lines))

    @task
    def report(lines: int) -> str:
        return f"{lines} lines"

    report(count(find()))


object_paths()
