"""Runs the tasks of Airflow DAGs in their own Airflow; airflow_jobs.py says what that needs."""

from functools import partial
from pathlib import Path

from . import airflow_bridge, airflow_jobs, airflow_timetables
from .airflow_bridge import Upstream, with_keys
from .airflow_jobs import Task
from .airflow_run import AirflowRun
from .datasets import all_of, any_of

# The folder of the DAG files, unless the environment variable AIRFLOW_DAGS_FOLDER names another.
DAGS_FOLDER = Path(__file__).resolve().parent.parent / "../airflow_dags"

airflow_dag = partial(airflow_jobs.airflow_dag, folder=DAGS_FOLDER)
airflow_schedule = partial(airflow_timetables.airflow_schedule, folder=DAGS_FOLDER)
airflow_tasks = partial(airflow_bridge.AirflowTasks, folder=DAGS_FOLDER)
AIRFLOW = {"airflow": AirflowRun.configure_at_launch()}

__all__ = [
    "DAGS_FOLDER",
    "AIRFLOW",
    "AirflowRun",
    "Task",
    "Upstream",
    "airflow_tasks",
    "with_keys",
    "airflow_schedule",
    "all_of",
    "any_of",
    "airflow_dag",
]
