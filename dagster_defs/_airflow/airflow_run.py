"""The Airflow of a Dagster run, as a resource: whatever in the run needs Airflow shares one warm process.

    airflow_run = AirflowRun(...)                      # resource "airflow"
    airflow = airflow_run.airflow(context, file)       # in an op or asset; a DAG file
    airflow.step(...)                                  # or .task(...), as airflow_bridge.py does

Run config, the environment or the caller say which interpreter has Airflow and where the DAG files are.
"""

import multiprocessing
import os
from datetime import timezone as timezones
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from .airflow_shared import SharedAirflow, release


class AirflowRun(dg.ConfigurableResource[Any]):
    """What a run can be launched with: run config `resources.airflow.config`."""

    conf: dict[str, Any] = Field(default={}, description="dag_run.conf")
    python: str | None = Field(default=None, description="instead of AIRFLOW_PYTHON")
    dags_folder: str | None = Field(default=None, description="instead of AIRFLOW_DAGS_FOLDER")
    callbacks: bool = Field(default=True, description="whether on_failure_callback and its like are called")

    def airflow(self, context: dg.OpExecutionContext, file: str, folder: Path | None = None) -> SharedAirflow:
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
        if context.run is not None:
            release(context.run.run_id)


def refused(why: str) -> dg.Failure:
    """To try again would not help."""
    return dg.Failure(why, {}, False)


def process_of_the_run(context: dg.OpExecutionContext) -> int:
    """Where the executor gives each step a process, the one that has started them; else this one."""
    parent = multiprocessing.parent_process()
    for_one_step = context.get_step_execution_context().retry_mode.deferred
    return parent.pid if parent and parent.pid and for_one_step else os.getpid()


def run_created_at(context: dg.OpExecutionContext) -> str:
    """When the run was made; of one that repeats another, when that was."""
    record = context.instance.get_run_record_by_id(context.run.root_run_id or context.run_id)
    if record is None:
        raise refused(f"the instance has no record of the run {context.run_id}")
    return record.create_timestamp.astimezone(timezones.utc).isoformat()


class TaskLog:
    """Airflow's log goes to Dagster's; the line after a traceback is the task's error."""

    def __init__(self, context: dg.OpExecutionContext) -> None:
        self.context = context
        self.error = "see its log"
        self._in_traceback = False

    def __call__(self, line: str) -> None:
        self.context.log.info(line)
        if self._in_traceback and line[:1].strip():
            self.error, self._in_traceback = line, False
        if line.startswith("Traceback ("):
            self._in_traceback = True
