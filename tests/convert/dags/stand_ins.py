"""Helpers that read connections and Variables and raise Airflow's error, and a parameter called like a task."""

from datetime import datetime

from airflow.decorators import dag, task
from airflow.exceptions import AirflowException
from airflow.hooks.base import BaseHook
from airflow.models import Variable
from airflow.operators.python import get_current_context


def address(name):
    conn = BaseHook.get_connection(name)
    if not conn.host:
        raise AirflowException(f"{name} has no host")
    return f"{conn.host}:{conn.port or 443}"


def limit(of):
    return Variable.get("cases_" + of, deserialize_json=True)["rows"]


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def stand_ins():
    @task
    def window():
        context = get_current_context()
        return [context["data_interval_start"].isoformat(), context["ds"]]

    @task
    def fetch(window):
        return [address("cases_db"), limit("limits"), window]

    fetch(window())


stand_ins()
