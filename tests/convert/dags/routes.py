"""A branch, a short circuit, a task that skips itself, and what has to happen anyway."""

import os
from datetime import datetime
from pathlib import Path

from airflow.decorators import dag, task
from airflow.exceptions import AirflowSkipException
from airflow.operators.empty import EmptyOperator

DATA = Path(os.environ.get("CASES_DATA_DIR", "."))


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def routes():
    @task.branch
    def choose(ds=None):
        return ["left", "right"] if ds.endswith("3") else "join"

    @task
    def left():
        return "L"

    @task
    def right(ds=None):
        if ds.endswith("3"):
            raise AirflowSkipException("nothing to do")
        return "R"

    join = EmptyOperator(task_id="join", trigger_rule="none_failed_min_one_success")

    @task.short_circuit
    def go_on(ds=None):
        return ds != "2024-01-04"

    @task
    def publish(ds=None):
        (DATA / f"published_{ds}.txt").write_text(ds)

    @task(trigger_rule="all_done")
    def clean_up(ti=None):
        return [ti.xcom_pull(task_ids="left"), ti.xcom_pull(task_ids="right")]

    chosen = choose()
    arms = [left(), right()]
    chosen >> arms >> join
    chosen >> join
    join >> go_on() >> publish()
    join >> clean_up()


routes()
