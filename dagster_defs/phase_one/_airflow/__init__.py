"""Runs the tasks of Airflow DAGs in their own Airflow; airflow_jobs.py says what that needs."""

from functools import partial
from pathlib import Path

from . import airflow_jobs, airflow_timetables
from .airflow_jobs import Task
from .datasets import all_of, any_of, members_of

# The folder of the DAG files, unless the environment variable AIRFLOW_DAGS_FOLDER names another.
DAGS_FOLDER = Path(__file__).resolve().parent.parent / "../../airflow_dags"

airflow_dag = partial(airflow_jobs.airflow_dag, folder=DAGS_FOLDER)
airflow_schedule = partial(airflow_timetables.airflow_schedule, folder=DAGS_FOLDER)

__all__ = ["DAGS_FOLDER", "Task", "airflow_schedule", "all_of", "any_of", "members_of", "airflow_dag"]
