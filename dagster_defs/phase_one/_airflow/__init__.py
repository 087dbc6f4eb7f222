"""Runs the tasks of Airflow DAGs in their own Airflow; airflow_jobs.py says what that needs."""

from functools import partial
from pathlib import Path

from . import airflow_jobs
from .airflow_jobs import Task

# The folder of the DAG files, unless the environment variable AIRFLOW_DAGS_FOLDER names another.
DAGS_FOLDER = Path(__file__).resolve().parent.parent / "../../airflow_dags"

airflow_dag = partial(airflow_jobs.airflow_dag, folder=DAGS_FOLDER)

__all__ = ["DAGS_FOLDER", "Task", "airflow_dag"]
