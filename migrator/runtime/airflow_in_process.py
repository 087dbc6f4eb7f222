"""An Airflow 2 DAG as a Dagster job inside Dagster's own process, through dagster-airflow; its file is
unchanged.

    defs = airflow_dag("orders", file="orders.py", schedule="@daily", start_date="2024-01-01")

Needs Airflow 2 and dagster-airflow in Dagster's environment, and `AIRFLOW_DAGS_FOLDER` when the DAG files
are not in the folder that `folder` names. Connections and Variables come from AIRFLOW_CONN_* and
AIRFLOW_VAR_*.

dagster-airflow makes the job and its ops. Three things are added here: a run is the *scheduled* run of its
date, with that run's data interval; retries count as tries; and a task that Airflow does not run is never
shown as done, unless Airflow skipped it.
"""

import contextlib
import fcntl
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timezone as timezones
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg

from .airflow_schedules import Timing, automation

LOGICAL_DATE = "airflow_execution_date"  # run tag, as dagster-airflow calls it
USER_MODELS = (
    "airflow.providers.fab.auth_manager.models",
    "airflow.auth.managers.fab.models",
    "airflow.www.fab_security.sqla.models",
)
ENDED_WELL = ("success", "skipped", "removed")
COUNTS_TRIES = tuple(map(int, version("apache-airflow").split(".")[:2])) >= (2, 10)  # before, running did


def airflow_dag(
    dag_id: str,
    *,
    file: str,
    folder: str | Path | None = None,
    tags: Sequence[str] = (),
    schedule: str | None = None,
    every: float | None = None,
    interval: bool = True,
    timezone: str = "UTC",
    start_date: str | None = None,
    end_date: str | None = None,
) -> dg.Definitions:
    """One job for one DAG, its partitions, and what starts it. Arguments as in Airflow."""
    from dagster_airflow import make_dagster_job_from_airflow_dag

    timing = Timing(schedule, every, interval, timezone, start_date, end_date)
    made = make_dagster_job_from_airflow_dag(_load(dag_id, file, folder))
    job = made.graph.to_job(
        name=made.name,
        resource_defs={"airflow_db": scheduled_runs},
        config=_dated(timing),
        tags={"airflow/dag_id": dag_id, **{tag: "" for tag in tags}},
        metadata={"airflow/dag_id": dag_id, "airflow/file": file},
    )
    schedules, sensors = automation(job, timing, LOGICAL_DATE)
    return dg.Definitions(jobs=[job], schedules=schedules, sensors=sensors)


def _load(dag_id: str, file: str, folder: str | Path | None) -> Any:
    place = os.environ.get("AIRFLOW_DAGS_FOLDER") or folder
    if not place:
        raise ValueError("AIRFLOW_DAGS_FOLDER is not set: it names the folder of the DAG files")
    path = Path(place).resolve()
    os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(path)
    if str(path) not in sys.path:
        sys.path.append(str(path))  # DAG files import what lies beside them
    own_database(Path(tempfile.gettempdir(), f"dagster_airflow_{os.getuid()}"))
    from airflow.models.dagbag import DagBag

    bag = DagBag(os.devnull, include_examples=False, collect_dags=False)
    bag.process_file(str(path / file), only_if_updated=False, safe_mode=False)
    if dag_id not in bag.dags:
        raise ValueError(f"{path / file} has no DAG {dag_id}. {' '.join(bag.import_errors.values())}")
    return bag.dags[dag_id]


def own_database(home: Path) -> None:
    """A database of our own below `home`, whatever the environment says: the deployment's is never opened."""
    for name in ("SQL_ALCHEMY_CONN", "SQL_ALCHEMY_CONN_CMD", "SQL_ALCHEMY_CONN_SECRET"):
        os.environ.pop(f"AIRFLOW__DATABASE__{name}", None)
        os.environ.pop(f"AIRFLOW__CORE__{name}", None)
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    os.environ["AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS"] = "False"
    os.environ["AIRFLOW_HOME"] = str(home)
    home.mkdir(parents=True, exist_ok=True)
    from dagster_airflow.resources.airflow_ephemeral_db import AirflowEphemeralDatabase

    with contextlib.redirect_stdout(sys.stderr):  # it tells about each migration
        AirflowEphemeralDatabase._initialize_database(airflow_home_path=str(home))
    for (
        models
    ) in USER_MODELS:  # tables that others refer to; Airflow imports them only when it makes a database
        with contextlib.suppress(ImportError):
            importlib.import_module(models)


def _dated(timing: Timing) -> dg.PartitionedConfig[Any] | None:
    """Each partition gives its run the tag that dagster-airflow reads the date from."""
    partitions = timing.partitions()
    if partitions is None:
        return None

    def tags(key: str) -> dict[str, str]:
        return {LOGICAL_DATE: partitions.time_window_for_partition_key(key).start.isoformat()}

    return dg.PartitionedConfig(
        partitions_def=partitions,
        run_config_for_partition_key_fn=lambda _: {},
        tags_for_partition_key_fn=tags,
    )


@dg.resource(config_schema={"conf": dg.Field(dict, default_value={}, description="dag_run.conf")})
def scheduled_runs(context: dg.InitResourceContext) -> Iterator["ScheduledRuns"]:
    """What dagster-airflow's ops take their DAG run from: a database in the run's storage folder."""
    run, instance = context.run, context.instance
    if run is None or instance is None:
        raise ValueError("there is no Dagster run")
    home = Path(instance.storage_directory()) / run.run_id / "airflow_home"
    own_database(home)
    record = instance.get_run_record_by_id(run.run_id)
    made_at = record.create_timestamp.astimezone(timezones.utc).isoformat() if record else None
    # Dagster gives a run of such a job the present as its date, if nobody gave another
    date = _begin(run.tags.get("dagster/partition")) or run.tags.get(LOGICAL_DATE) or made_at
    yield ScheduledRuns(home, date, context.resource_config["conf"])


def _begin(partition: str | None) -> str | None:
    """Where a partition begins, in the time zone of the DAG: `2024-01-03` or `2024-01-03-06:30`."""
    return partition and f"{partition[:10]}T{partition[11:16] or '00:00'}"


class ScheduledRuns:
    """In place of dagster-airflow's database resource, which makes manual runs."""

    def __init__(self, home: Path, date: str | None, conf: dict[str, Any]) -> None:
        self.home, self.date, self.conf = home, date, conf

    def get_dagrun(self, dag: Any) -> "ScheduledRun":
        """Called by each op, once a try."""
        import pendulum
        from airflow.timetables.base import DataInterval
        from airflow.utils.state import DagRunState
        from airflow.utils.types import DagRunType

        date = pendulum.parse(self.date or "", tz=dag.timezone)
        with locked(self.home):
            if dag.get_dagrun(execution_date=date) is None:
                automatic = dag.timetable.can_be_scheduled and not dag.timetable.description.startswith(
                    "Trigger"
                )
                dag.create_dagrun(
                    state=DagRunState.RUNNING,
                    execution_date=date,
                    run_type=DagRunType.SCHEDULED,
                    data_interval=dag.infer_automated_data_interval(date)
                    if automatic
                    else DataInterval.exact(date),
                    conf=self.conf,
                    external_trigger=False,
                )
        return ScheduledRun(self.home, dag, date)


class ScheduledRun:
    """What an op needs of a DAG run."""

    def __init__(self, home: Path, dag: Any, date: Any) -> None:
        self.home, self.dag, self.date = home, dag, date

    def get_task_instance(self, task_id: str) -> "Instances":
        """All of them: a mapped task has several, or none."""
        return Instances(self, task_id)


class Instances:
    """The instances of one task. dagster-airflow sets `task` and calls `run`."""

    task: Any = None

    def __init__(self, run: ScheduledRun, task_id: str) -> None:
        self.of, self.task_id = run, task_id

    def run(self, ignore_ti_state: bool) -> None:
        """Airflow applies the trigger rule, then what it has not skipped runs. Raises the task's error."""
        from airflow.utils.session import create_session

        with create_session() as session:
            with locked(self.of.home):
                self._decide(session)
            for index, state in self._states(session).items():
                if state not in ENDED_WELL:
                    self._run_one(session, index)
            states = self._states(session)
        if set(states.values()) <= {"skipped"}:
            print(f"{self.task_id}: skipped")
        if not set(states.values()) <= set(ENDED_WELL):
            raise dg.Failure(f"Airflow has not run {self.task_id} to its end: {states}", {}, False)

    def _decide(self, session: Any) -> None:
        """Trigger rules, skips, and the instances of mapped tasks."""
        run = self._dag_run(session)
        run.update_state(session=session, execute_callbacks=False)
        session.commit()

    def _dag_run(self, session: Any) -> Any:
        run = self.of.dag.get_dagrun(execution_date=self.of.date, session=session)
        run.dag = self.of.dag
        return run

    def _states(self, session: Any) -> dict[int, str]:
        session.expire_all()
        found = self._dag_run(session).get_task_instances(session=session)
        return {ti.map_index: str(ti.state) for ti in found if ti.task_id == self.task_id}

    def _run_one(self, session: Any, index: int) -> None:
        """One instance. A sensor in mode reschedule waits here."""
        while True:
            ti = self._dag_run(session).get_task_instance(self.task_id, session=session, map_index=index)
            again = ti.state == "up_for_reschedule"
            if again:
                time.sleep(max(1.0, float(getattr(self.task, "poke_interval", 60))))
            elif COUNTS_TRIES:
                ti.try_number += 1
            ti.task = self.task
            session.commit()
            ti.run(verbose=False, ignore_all_deps=True, ignore_ti_state=True, session=session)
            session.commit()
            if self._states(session).get(index) != "up_for_reschedule":
                return


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Steps of one run are processes: one of them at a time."""
    with (home / "steps.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
