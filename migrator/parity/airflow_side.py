"""The Airflow side: the scheduled runs of one DAG, in the user's own interpreter, as run records."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from migrator.errors import UsageError
from migrator.parity import record
from migrator.parity.record import Record
from migrator.parity.side import CouldNotRun
from migrator.runtime.airflow_client import Airflow, AirflowError, Answer

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
) -> list[Record]:
    """A record for each date, in order, of tasks that run in the folder `cwd`. Raises CouldNotRun.

    `files` has the file of each DAG that this one could start.
    """
    try:
        tasks = _tasks(airflow, file, dag_id, cwd)
        started = {files.get(str(task["args"].get(STARTS, {}).get("json"))) for task in tasks}
        beside = sorted(other for other in started if other and other != file)
        runs = airflow.run(file, dag_id, dates, out, conf=conf, beside=beside, cwd=cwd, timeout=timeout)
    except AirflowError as error:
        raise CouldNotRun(f"Airflow: {error}") from error
    operators = {task["task_id"]: task["operator"] for task in tasks}
    return [
        _with_operators(found, operators) for found in in_order(out, [str(run["run_id"]) for run in runs])
    ]


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


def _tasks(airflow: Airflow, file: str, dag_id: str, cwd: Path) -> list[Answer]:
    loaded = airflow.load([file], cwd=cwd)
    tasks = [task for dag in loaded["dags"] if dag["dag_id"] == dag_id for task in dag["tasks"]]
    if loaded["errors"]:
        first = loaded["errors"][0]
        raise CouldNotRun(f"Airflow cannot load {file}: {first['message']}")
    if not any(dag["dag_id"] == dag_id for dag in loaded["dags"]):
        raise CouldNotRun(f"Airflow finds no DAG {dag_id} in {file}")
    return tasks


def _with_operators(found: Record, operators: Mapping[str, str]) -> Record:
    tasks = tuple(
        replace(task, operator=task.operator or operators.get(task.task_id)) for task in found.tasks
    )
    return replace(found, tasks=tasks)
