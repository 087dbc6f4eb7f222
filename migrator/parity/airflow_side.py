"""The Airflow side: the scheduled runs of one DAG, in the user's own interpreter, as run records."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from migrator.errors import UsageError
from migrator.parity import record
from migrator.parity.record import Before, Record, TaskRecord
from migrator.parity.side import CouldNotRun
from migrator.runtime.airflow_client import Airflow, AirflowError, Answer

RANGE = ".."  # between the first and the last date of a range
AT_ONCE = ("always", "dummy")  # trigger rules by which a task waits for nothing
STARTS = "trigger_dag_id"  # the argument of an operator that names the DAG which it starts


def run(
    airflow: Airflow,
    file: str,
    dag_id: str,
    dates: list[str],
    out: Path,
    conf: Mapping[str, object],
    timeout: float,
    cwd: Path,
    files: Mapping[str, str],
    first: Sequence[str] = (),
    env: Mapping[str, str] = MappingProxyType({}),
) -> list[Record]:
    """A record for each run that the dates mean, in order, of tasks that run in the folder `cwd`. Raises CouldNotRun.

    `files` has the file of each DAG that this one could start, and of those whose runs come `first`. A date
    `FIRST..LAST` means all runs of the schedule that begin within it; there may be none.
    """
    try:
        tasks = _tasks(airflow, file, dag_id, cwd, env)
        asked = [each for date in dates for each in _expanded(airflow, file, dag_id, date, env)]
        if not asked:
            return []
        started = {files.get(str(task["args"].get(STARTS, {}).get("json"))) for task in tasks}
        beside = sorted(other for other in started if other and other != file)
        before = {other: files[other] for other in first}
        runs = airflow.run(
            file,
            dag_id,
            asked,
            out,
            conf=conf,
            beside=beside,
            first=before,
            cwd=cwd,
            timeout=timeout,
            env=env,
        )
    except AirflowError as error:
        raise CouldNotRun(f"Airflow: {error}") from error
    told = {task["task_id"]: task for task in tasks}
    records = in_order(out, [str(run["run_id"]) for run in runs])
    return [_asked_for(_as_told(found, told), run) for found, run in zip(records, runs, strict=True)]


def _asked_for(found: Record, run: Answer) -> Record:
    return replace(found, first=tuple(map(_before, run["first"])), dates=tuple(run["dates"]))


def _before(run: Answer) -> Before:
    interval = run["interval"]
    return Before(run["dag_id"], (interval[0], interval[1]) if interval else None, run["logical_date"])


def in_order(out: Path, run_ids: list[str]) -> list[Record]:
    """The records below a folder, in the order of these run ids."""
    try:
        found = [record.read(path.parent) for path in sorted(out.glob(f"*/{record.NAME}"))]
    except UsageError as error:
        raise CouldNotRun(str(error)) from error
    by_id = {each.run_id: each for each in found}
    missing = [run_id for run_id in run_ids if run_id not in by_id]
    if missing:
        raise CouldNotRun(f"no record of {', '.join(missing)}")
    return [by_id[run_id] for run_id in run_ids]


def _expanded(
    airflow: Airflow, file: str, dag_id: str, date: str, env: Mapping[str, str]
) -> Sequence[str | Answer]:
    """The runs of a range; a date is itself."""
    first, dots, last = date.partition(RANGE)
    return airflow.dates(file, dag_id, first, last, env=env) if dots else [date]


def _tasks(airflow: Airflow, file: str, dag_id: str, cwd: Path, env: Mapping[str, str]) -> list[Answer]:
    loaded = airflow.load([file], cwd=cwd, env=env)
    tasks = [task for dag in loaded["dags"] if dag["dag_id"] == dag_id for task in dag["tasks"]]
    if loaded["errors"]:
        first = loaded["errors"][0]
        raise CouldNotRun(f"Airflow cannot load {file}: {first['message']}")
    if not any(dag["dag_id"] == dag_id for dag in loaded["dags"]):
        raise CouldNotRun(f"Airflow finds no DAG {dag_id} in {file}")
    return tasks


def _as_told(found: Record, told: Mapping[str, Answer]) -> Record:
    """With what the DAG itself says of each task."""
    tasks = tuple(_task_as_told(task, told.get(task.task_id, {})) for task in found.tasks)
    return replace(found, tasks=tasks)


def _task_as_told(task: TaskRecord, told: Answer) -> TaskRecord:
    if not told:
        return task
    waits = told["trigger_rule"] not in AT_ONCE
    return replace(
        task,
        operator=task.operator or told["operator"],
        upstream=tuple(told["upstream"]) if waits else (),
        retries=told["retries"],
    )
