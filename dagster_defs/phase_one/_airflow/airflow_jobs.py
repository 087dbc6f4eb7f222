"""An Airflow DAG as a Dagster job, its DAG file unchanged: each op runs one task in the DAG's own Airflow.

    defs = airflow_dag(
        "orders",
        file="orders.py",
        tasks={
            "extract": Task(retries=2, retry_delay=60),
            "load": Task(upstream=["extract"]),
            "clean_up": Task(upstream=["load"], trigger_rule="all_done"),
        },
        schedule="@daily",
        start_date="2024-01-01",
    )

What it needs where it runs:

* `AIRFLOW_PYTHON`: the Python interpreter that has Airflow. Dagster needs no Airflow of its own.
* `AIRFLOW_DAGS_FOLDER`: the folder of the DAG files, when it is not the one that `folder` names.
* What the DAGs themselves read: AIRFLOW_HOME, AIRFLOW_CONN_*, AIRFLOW_VAR_*. Airflow's database stays closed.

One run of the job is one run of the DAG, kept in a small database in the run's storage folder. There Airflow
decides what becomes of each task: trigger rules, branches, skips, mapping. Dagster decides when: schedule,
order, retries. So an op always lets the ops after it start, and then shows how its task ended: success and
skipped are green, with the state as metadata; failed and upstream_failed are red. All steps of a run share one
warm Airflow process, which ends with the run.
"""

import contextlib
import fcntl
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from .airflow_client import Airflow, AirflowError
from .airflow_names import op_names
from .airflow_run import AirflowRun, TaskLog, run_created_at
from .airflow_schedules import Timing, automation
from .airflow_timetables import END, START, airflow_schedule
from .datasets import Needs, on_updates

LOGICAL_DATE = "airflow/logical_date"  # run tag: the date of a run that has no partition
NOT_RUN, RETRY, FAILED, UPSTREAM_FAILED = "none", "retry", "failed", "upstream_failed"
ENDED_WELL = ("success", "skipped", "removed")
# How a task ended whose mapped instances ended differently: the first of these that one of them has.
WORST_FIRST = (NOT_RUN, RETRY, FAILED, UPSTREAM_FAILED, *ENDED_WELL)

# An op starts as soon as the ones before it let it: when their task has ended, in whatever state.
# Each step is a process, forked from one that has the code loaded.
airflow_executor = dg.multiprocess_executor.configured(
    {
        "step_dependency_config": {"require_upstream_step_success": False},
        "start_method": {"forkserver": {}},
    },
    name="airflow_executor",
)


@dataclass(frozen=True)
class Task:
    """What Dagster knows of a task. `trigger_rule` and `mapped` are for the reader: Airflow applies its own.

    `tolerated`: the DAG run succeeds even when this task fails; its op stays green and the error is logged.
    `retry_delay` is in seconds; with `exponential` it grows from try to try.
    `updates`: the addresses of its datasets, each an asset that is materialized once the task has succeeded.
    """

    upstream: Sequence[str] = ()
    trigger_rule: str = "all_success"
    retries: int = 0
    retry_delay: float = 300
    exponential: bool = False
    mapped: bool = False
    tolerated: bool = False
    updates: Sequence[str] = ()

    @property
    def retry_policy(self) -> dg.RetryPolicy | None:
        """Dagster counts the tries and waits between them."""
        if not self.retries:
            return None
        backoff = dg.Backoff.EXPONENTIAL if self.exponential else None
        return dg.RetryPolicy(max_retries=self.retries, delay=self.retry_delay, backoff=backoff)


@dataclass(frozen=True)
class Dag:
    """What the ops of one job share."""

    dag_id: str
    file: str
    folder: Path | None
    tasks: Mapping[str, Task]
    timing: Timing

    @property
    def leaves(self) -> set[str]:
        """The tasks that no other waits for."""
        return set(self.tasks) - {up for task in self.tasks.values() for up in task.upstream}


def airflow_dag(
    dag_id: str,
    *,
    file: str,
    tasks: Mapping[str, Task],
    folder: str | Path | None = None,
    name: str | None = None,
    description: str | None = None,
    tags: Sequence[str] = (),
    schedule: str | None = None,
    every: float | None = None,
    interval: bool = True,
    timezone: str = "UTC",
    start_date: str | None = None,
    end_date: str | None = None,
    needs: str | Needs | None = None,
    timetable: bool = False,
) -> dg.Definitions:
    """One job with an op per task, its partitions, and what starts it.

    Args:
        dag_id: as in Airflow; `name` is the job's where the id is no name for Dagster, or is taken.
        file: the DAG file, relative to the folder of the DAGs.
        folder: where the DAG files are, unless AIRFLOW_DAGS_FOLDER says otherwise.
        tasks: by task id.
        schedule: a cron expression, a preset such as `@daily`, `@once` or `@continuous`; `every`: seconds.
        interval: True, a run stands for the interval that ends when it starts, as in Airflow 2; False, for
            the point in time when it starts, as in Airflow 3. The partition begins at the logical date.
        start_date, end_date: ISO 8601; the first and the last logical date that there can be.
        needs: the datasets whose updates start it, `all_of("s3://a", "s3://b")`. The sensor is on.
        timetable: its own timetable says when it runs, and only its Airflow can tell.
    """
    timing = Timing(schedule, every, interval, timezone, start_date, end_date)
    dag = Dag(dag_id, file, Path(folder) if folder else None, dict(tasks), timing)
    job_name = name or dag_id
    job = _graph(dag, job_name, description).to_job(
        name=job_name,
        resource_defs={"airflow": AirflowRun.configure_at_launch()},
        executor_def=airflow_executor,
        partitions_def=timing.partitions(),
        tags={"airflow/dag_id": dag_id, **{tag: "" for tag in tags}},
        metadata={
            "airflow/dag_id": dag_id,
            "airflow/file": file,
            "airflow/tags": list(tags),
            **({"airflow/timetable": True} if timetable else {}),
        },
    )
    schedules, sensors = automation(job, timing, LOGICAL_DATE)
    if timetable:
        sensors = [*sensors, airflow_schedule(job, dag_id, file=file, folder=folder)]
    if needs is not None:
        sensors = [*sensors, on_updates(job, needs)]
    return dg.Definitions(jobs=[job], schedules=schedules, sensors=sensors)


def _graph(dag: Dag, job_name: str, description: str | None) -> dg.GraphDefinition:
    names = op_names(dag.tasks)
    ops = {task_id: _op(dag, task_id, f"{job_name}__{names[task_id]}") for task_id in dag.tasks}
    dependencies: dict[Any, Any] = {}
    for task_id, task in dag.tasks.items():
        before = [dg.DependencyDefinition(names[up], "ended") for up in task.upstream]
        node = dg.NodeInvocation(ops[task_id].name, alias=names[task_id])
        dependencies[node] = {"upstream": dg.MultiDependencyDefinition(before)} if before else {}
    text = description or f"The Airflow DAG {dag.dag_id}, run task by task in its own Airflow."
    return dg.GraphDefinition(
        job_name, description=text, node_defs=list(ops.values()), dependencies=dependencies
    )


def _op(dag: Dag, task_id: str, name: str) -> dg.OpDefinition:
    task = dag.tasks[task_id]
    rule = "" if task.trigger_rule == "all_success" else f", trigger rule {task.trigger_rule}"

    @dg.op(
        name=name,
        description=f"Airflow task {task_id}{rule}{', mapped' if task.mapped else ''}",
        ins={"upstream": dg.In(dg.Nothing)},
        out={"ended": dg.Out(dg.Nothing)},
        retry_policy=task.retry_policy,
        tags={"airflow/task_id": task_id},
    )
    def run_task(context: dg.OpExecutionContext, airflow: AirflowRun) -> Iterator[dg.Output[None]]:
        step = Step(dag, task_id, context, airflow)
        ended = step.run()
        problem = step.problem(ended)
        if problem and ended.state not in (FAILED, UPSTREAM_FAILED, *ENDED_WELL):
            raise problem  # the task has not ended, so nothing may follow it yet
        for address in task.updates if ended.state == "success" else ():
            context.log_event(dg.AssetMaterialization(dg.AssetKey([address])))
        yield dg.Output(None, "ended", metadata=ended.metadata)
        if problem and not task.tolerated:
            raise problem
        if problem:
            context.log.error(f"{problem.description}; the run does not depend on it")

    return run_task


@dataclass(frozen=True)
class Ended:
    """How a task ended, over all its mapped instances."""

    instances: Sequence[Mapping[str, Any]]

    @property
    def state(self) -> str:
        """Airflow's word, but for "retry" (it may be tried again) and "none" (Airflow would not start it)."""
        states = {instance["state"] for instance in self.instances} or {"removed"}
        return next((state for state in WORST_FIRST if state in states), min(states))

    @property
    def tries(self) -> int:
        """The most that one of the instances took."""
        return max((instance["tries"] for instance in self.instances), default=0)

    @property
    def why(self) -> str:
        """Airflow's reasons not to start it."""
        return "; ".join(sorted({i["why"] for i in self.instances if i.get("why")}))

    @property
    def metadata(self) -> dict[str, Any]:
        """For the output event; each instance only where there are several."""
        found: dict[str, Any] = {"state": self.state, "tries": self.tries}
        if any(instance["map_index"] >= 0 for instance in self.instances):
            found["instances"] = {str(i["map_index"]): i["state"] for i in self.instances}
        return found


class Step:
    """One try of one task, in the Airflow run that belongs to the Dagster run."""

    def __init__(self, dag: Dag, task_id: str, context: dg.OpExecutionContext, settings: AirflowRun) -> None:
        self.dag, self.task_id, self.context, self.settings = dag, task_id, context, settings
        storage = Path(context.instance.storage_directory())
        self.folder = storage / context.run_id / "airflow_run"
        self.parent = storage / (context.run.parent_run_id or "none") / "airflow_run"
        self.run_id = f"dagster__{context.run_id}"
        self.earlier_tries = 0
        self.log = TaskLog(context)

    def run(self) -> Ended:
        """Let Airflow run the task, or decide that it does not run."""
        try:
            with self._prepared() as database:
                answer = self._airflow().step(
                    self.dag.file,
                    self.dag.dag_id,
                    self.task_id,
                    database=database,
                    run_id=self.run_id,
                    conf=self.settings.conf,
                    try_number=self.earlier_tries + self.context.retry_number + 1,
                    out=self.folder,
                    callbacks=self.settings.callbacks,
                    on_log=self.log,
                    **self._when(),
                )
                ended = Ended(answer["instances"])
                if self.task_id in self.dag.leaves or ended.state in (FAILED, UPSTREAM_FAILED):
                    self._record(database)
        except AirflowError as error:
            raise dg.Failure(f"{self.task_id}: {error}", {"detail": error.detail}) from error
        return ended

    def problem(self, ended: Ended) -> dg.Failure | None:
        """Why the op is not green."""
        metadata = ended.metadata
        if ended.state == UPSTREAM_FAILED:
            failed = ", ".join(sorted(self.dag.tasks[self.task_id].upstream))
            return dg.Failure(
                f"{self.task_id} did not run: failed before it, among {failed}", metadata, False
            )
        if ended.state == NOT_RUN:
            return dg.Failure(
                f"{self.task_id} did not run: Airflow would not start it: {ended.why}", metadata, False
            )
        if ended.state in (FAILED, RETRY):
            again = ended.state == RETRY
            return dg.Failure(f"{self.task_id} failed: {self.log.error}", metadata, again)
        if ended.state not in ENDED_WELL:
            return dg.Failure(f"{self.task_id} has not ended: Airflow calls it {ended.state}", metadata, True)
        if self.earlier_tries and ended.state == "success" and ended.tries <= self.earlier_tries:
            text = "it has succeeded in the run that this one repeats; repeat the whole run"
            return dg.Failure(f"{self.task_id} did not run: {text}", metadata, False)
        return None

    def _airflow(self) -> Airflow:
        return self.settings.airflow(self.context, self.dag.file, self.dag.folder)

    def _when(self) -> dict[str, Any]:
        """The logical date: where the partition begins, or what the tag says, or when the run was made."""
        if self.context.has_partition_key:
            return {"date": self.context.partition_time_window.start.isoformat()}
        tags = self.context.run.tags
        if START in tags and END in tags:
            return {"date": tags[LOGICAL_DATE], "interval": (tags[START], tags[END])}
        date = tags.get(LOGICAL_DATE) or run_created_at(self.context)
        return {"date": date} if self.dag.timing.scheduled else {"date": date, "interval": (date, date)}

    @contextlib.contextmanager
    def _prepared(self) -> Iterator[Path]:
        """The run's database; when a part of an earlier run is repeated, a copy of that run's."""
        database = self.folder / "airflow.db"
        self.folder.mkdir(parents=True, exist_ok=True)
        repeats = self.context.run.step_keys_to_execute and (self.parent / "airflow.db").exists()
        with locked(self.folder):
            if repeats and not database.exists():
                copy_database(self.parent / "airflow.db", database)
                (self.folder / "repeats").write_text(self.parent.joinpath("record.json").read_text())
        if (self.folder / "repeats").exists():
            earlier = json.loads((self.folder / "repeats").read_text())
            self.run_id = earlier["run_id"]
            self.earlier_tries = max(
                [t["tries"] for t in earlier["tasks"] if t["task_id"] == self.task_id], default=0
            )
        yield database

    def _record(self, database: Path) -> None:
        with locked(self.folder):
            self._airflow().record(
                self.dag.file, self.dag.dag_id, self.run_id, database=database, out=self.folder
            )


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Steps of one run are processes: one of them at a time."""
    with (folder / "steps.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy_database(old: Path, new: Path) -> None:
    """A whole copy of a SQLite file, with what is still in its log."""
    with (
        contextlib.closing(sqlite3.connect(old)) as source,
        contextlib.closing(sqlite3.connect(new)) as target,
    ):
        source.backup(target)
