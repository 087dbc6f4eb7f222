"""A task that ends its interpreter."""

import os
from datetime import datetime

try:
    from airflow.sdk import dag, task
except ImportError:
    from airflow.decorators import dag, task


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def dies_in_task():
    @task
    def die():
        os._exit(9)

    die()


dies_in_task()
