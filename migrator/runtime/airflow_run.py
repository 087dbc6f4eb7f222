"""The Airflow of a Dagster run, as a resource: whatever in the run needs Airflow shares one warm process.

    airflow_run = AirflowRun(...)                      # resource "airflow"
    airflow = airflow_run.airflow(context, folder)     # in an op or asset; the folder of the DAG files
    airflow.step(...)

Run config, the environment or the caller say which interpreter has Airflow and where the DAG files are.
"""

import multiprocessing
import os
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from .airflow_client import Airflow
from .airflow_shared import SharedAirflow, release


class AirflowRun(dg.ConfigurableResource[Any]):
    """What a run can be launched with: run config `resources.airflow.config`."""

    conf: dict[str, Any] = Field(default={}, description="dag_run.conf")
    python: str | None = Field(default=None, description="instead of AIRFLOW_PYTHON")
    dags_folder: str | None = Field(default=None, description="instead of AIRFLOW_DAGS_FOLDER")
    callbacks: bool = Field(default=True, description="whether on_failure_callback and its like are called")

    def airflow(self, context: dg.OpExecutionContext, file: str, folder: Path | None = None) -> Airflow:
        """The process of this run, for DAG files in a folder, one of which is `file`. Raises Failure."""
        python = self.python or os.environ.get("AIRFLOW_PYTHON")
        if not python:
            raise refused("AIRFLOW_PYTHON is not set: it names the Python interpreter that has Airflow")
        place = self.dags_folder or os.environ.get("AIRFLOW_DAGS_FOLDER") or folder
        if not place:
            raise refused("AIRFLOW_DAGS_FOLDER is not set: it names the folder of the DAG files")
        if not Path(place, file).is_file():
            raise refused(f"no DAG file {file} in {place}: set AIRFLOW_DAGS_FOLDER")
        return SharedAirflow(python, Path(place), run=context.run_id, owner=process_of_the_run(context))

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """In one process, the run is over; in a process for a step, the step is."""
        if context.run_id:
            release(context.run_id)


def refused(why: str) -> dg.Failure:
    """To try again would not help."""
    return dg.Failure(why, {}, False)


def process_of_the_run(context: dg.OpExecutionContext) -> int:
    """Where the executor gives each step a process, the one that has started them; else this one."""
    parent = multiprocessing.parent_process()
    for_one_step = context.get_step_execution_context().retry_mode.deferred
    return parent.pid if parent and parent.pid and for_one_step else os.getpid()
