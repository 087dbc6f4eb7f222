"""What a night in Berlin is, and how many there were: each run goes on where the one before has ended."""

import json
import os
from pathlib import Path

import pendulum
from airflow.decorators import dag, task

DATA = Path(os.environ["RUNS_DATA"])


@dag(schedule="30 5 * * *", start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Berlin"), catchup=False)
def berlin():
    @task
    def night(data_interval_start=None):
        return data_interval_start.isoformat()

    @task
    def count():
        seen = DATA / "nights.json"
        nights = json.loads(seen.read_text()) + 1 if seen.exists() else 1
        seen.write_text(json.dumps(nights))
        return nights

    night() >> count()


berlin()
