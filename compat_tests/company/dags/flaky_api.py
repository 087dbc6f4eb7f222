"""The first call of the API fails, as it does on Mondays."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from airflow.decorators import dag, task

STATE = Path(os.environ.get("COMPANY_DATA", "."))


@dag(schedule="@daily", start_date=datetime(2023, 1, 1), catchup=False, tags=["api"])
def flaky_api():
    @task(retries=3, retry_delay=timedelta(seconds=30), retry_exponential_backoff=True)
    def fetch() -> dict:
        mark = STATE / "calls"
        calls = int(mark.read_text()) if mark.exists() else 0
        mark.write_text(str(calls + 1))
        if calls < 1:
            raise ConnectionError("503 Service Unavailable")
        return {"calls": calls, "items": [{"id": 1}, {"id": 2}]}

    @task(multiple_outputs=True)
    def split(payload: dict) -> dict:
        return {"ids": [item["id"] for item in payload["items"]], "calls": payload["calls"]}

    @task
    def store(ids: list, calls: int):
        print(f"storing {ids}")
        return f"{len(ids)} ids after {calls} failed calls"

    parts = split(fetch())
    store(parts["ids"], parts["calls"])


flaky_api()
