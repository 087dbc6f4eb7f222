"""Tasks that run at the same time, each step in a process of its own."""

import time
from datetime import datetime

try:
    from airflow.sdk import dag, task
except ImportError:
    from airflow.decorators import dag, task


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def parallel():
    @task
    def slow(number):
        time.sleep(1)
        return [number] * 3

    @task
    def each(x):
        return x + 1

    @task
    def add(values):
        return sum(values)

    for number in range(3):
        add(each.expand(x=slow(number)))


parallel()
