"""Goes on when there is a gate."""

import os
import time
from pathlib import Path

import pendulum
from airflow.decorators import dag, task


@dag(schedule="@monthly", start_date=pendulum.datetime(2024, 1, 1, tz="UTC"), catchup=False)
def waits():
    @task
    def wait():
        while not Path(os.environ["RUNS_GATE"]).exists():
            time.sleep(0.05)
        return "went on"

    wait()


waits()
