"""Two tasks: one returns what it was given, one fails and tells somebody."""

import os
from datetime import datetime

try:
    from airflow.sdk import dag, task
except ImportError:
    from airflow.decorators import dag, task


def tell(context):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write("called\n")


@dag(
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    params={"who": "world"},
    default_args={"on_failure_callback": tell},
    on_failure_callback=tell,
)
def small():
    @task
    def given(params=None, data_interval_start=None, data_interval_end=None):
        return [params["who"], data_interval_start.isoformat(), data_interval_end.isoformat()]

    @task
    def fails():
        raise ValueError("boom")

    given()
    fails()


small()
