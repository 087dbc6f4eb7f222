"""The run record: what one side did for one data interval, as a folder that needs no orchestrator to be read.

The folder holds `record.json`, and beside it the artifacts it names by relative paths: Parquet files,
pickles, and the declared output files below `outputs/`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migrator import atomic
from migrator.errors import UsageError

NAME = "record.json"
FORMAT = 1
OUTPUTS = "outputs"


@dataclass(frozen=True)
class Json:
    """A value of exact JSON types only."""

    value: object


@dataclass(frozen=True)
class Parquet:
    """A frame; `library` is the one whose frame it was."""

    path: Path
    library: str


@dataclass(frozen=True)
class Opaque:
    """Any other value: its type, its repr (cut at 2000 characters), and a pickle, never loaded here."""

    type: str
    repr: str
    path: Path | None = None
    near_json: object = None


Artifact = Json | Parquet | Opaque


@dataclass(frozen=True)
class TaskRecord:
    """One task instance; `map_index` is -1 for a task that is not mapped."""

    task_id: str
    map_index: int
    state: str | None
    tries: int | None
    xcoms: Mapping[str, Artifact] = field(default_factory=dict)
    operator: str | None = None  # the operator's class, where the side knows it
    chooses: bool = False  # which of the tasks after it run, as the side says
    upstream: tuple[str, ...] = ()  # the tasks that it waits for
    retries: int | None = None  # how often it is tried again; None where the side does not tell of these two


@dataclass(frozen=True)
class Before:
    """A run of another DAG that came before one that is compared."""

    dag_id: str
    interval: tuple[str, str] | None
    logical_date: str | None


@dataclass(frozen=True)
class Record:
    """One run of one DAG. `system` is the version of the side's orchestrator; times are ISO 8601."""

    folder: Path
    side: str
    system: str
    dag_id: str
    run_id: str
    logical_date: str | None
    interval: tuple[str, str] | None
    state: str
    tasks: tuple[TaskRecord, ...]
    outputs: tuple[str, ...] = ()
    graph: Mapping[str, Any] | None = None  # what waits for what in Dagster, as graph_dump.py has it
    first: tuple[Before, ...] = ()  # not written: it is no part of the run
    dates: tuple[str, ...] = ()  # those that were asked for and mean this run; not written either

    def output(self, name: str) -> Path:
        """Where the copy of a declared output file lies."""
        return self.folder / OUTPUTS / name


def read(folder: Path) -> Record:
    """The record in a folder. Raises UsageError where there is none, or not one of this format."""
    path = folder / NAME
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["version"] != FORMAT:
            raise UsageError(f"{path}: version {body['version']} of run records is not known")
        return of_json(folder, body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise UsageError(f"{path} is not a run record: {type(error).__name__}: {error}") from error


def of_json(folder: Path, body: dict[str, object]) -> Record:
    """The record that this is the JSON form of; its files lie in the folder."""
    tasks, interval, outputs = body["tasks"], body["interval"], body.get("outputs") or []
    if not isinstance(tasks, list) or not isinstance(outputs, list) or not isinstance(interval, list | None):
        raise TypeError("tasks, outputs or interval have the wrong form")
    known = ("side", "system", "dag_id", "run_id", "logical_date", "state")
    return Record(
        folder=folder,
        interval=(str(interval[0]), str(interval[1])) if interval else None,
        tasks=tuple(_task(folder, task) for task in tasks),
        outputs=tuple(sorted(str(name) for name in outputs)),
        graph=body.get("graph"),  # type: ignore[arg-type]  # an object or null, written by our own side
        **{name: body[name] for name in known},  # type: ignore[arg-type]  # text, written by our own sides
    )


def _task(folder: Path, body: dict[str, object]) -> TaskRecord:
    xcoms = body["xcoms"]
    assert isinstance(xcoms, dict)
    known = ("task_id", "map_index", "state", "tries")
    return TaskRecord(
        xcoms={key: _artifact(folder, value) for key, value in xcoms.items()},
        operator=body.get("operator"),  # type: ignore[arg-type]  # text or null, written by our own sides
        chooses=bool(body.get("chooses")),
        upstream=tuple(body.get("upstream") or ()),  # type: ignore[arg-type]  # a list of texts, likewise
        retries=body.get("retries"),  # type: ignore[arg-type]  # a whole number or null, likewise
        **{name: body[name] for name in known},  # type: ignore[arg-type]  # likewise
    )


def _artifact(folder: Path, body: dict[str, object]) -> Artifact:
    if "json" in body:
        return Json(body["json"])
    if "parquet" in body:
        return Parquet(folder / str(body["parquet"]), str(body.get("library", "pandas")))
    path = body["opaque"]
    return Opaque(
        str(body["type"]), str(body["repr"]), folder / str(path) if path else None, body.get("near_json")
    )


def as_json(record: Record) -> dict[str, object]:
    """The JSON form."""
    graph = {"graph": record.graph} if record.graph else {}
    return {
        **graph,
        "version": FORMAT,
        "side": record.side,
        "system": record.system,
        "dag_id": record.dag_id,
        "run_id": record.run_id,
        "logical_date": record.logical_date,
        "interval": list(record.interval) if record.interval else None,
        "state": record.state,
        "tasks": [_task_json(record.folder, task) for task in record.tasks],
        "outputs": list(record.outputs),
    }


def write(record: Record) -> None:
    """Writes `record.json`; the artifacts must lie in the record's folder already."""
    record.folder.mkdir(parents=True, exist_ok=True)
    text = (
        json.dumps(as_json(record), ensure_ascii=False) + "\n"
    )  # with an indent it would take ten times as long
    atomic.write(record.folder / NAME, text.encode())


def _task_json(folder: Path, task: TaskRecord) -> dict[str, object]:
    body: dict[str, object] = {
        "task_id": task.task_id,
        "map_index": task.map_index,
        "state": task.state,
        "tries": task.tries,
        "xcoms": {key: _artifact_json(folder, value) for key, value in task.xcoms.items()},
    }
    known = {"operator": task.operator, "chooses": task.chooses, "upstream": list(task.upstream)}
    retries = {} if task.retries is None else {"retries": task.retries}
    return {**body, **{name: value for name, value in known.items() if value}, **retries}


def _artifact_json(folder: Path, value: Artifact) -> dict[str, object]:
    if isinstance(value, Json):
        return {"json": value.value}
    if isinstance(value, Parquet):
        return {"parquet": _below(folder, value.path), "library": value.library}
    path = _below(folder, value.path) if value.path else None
    return {"opaque": path, "type": value.type, "repr": value.repr, "near_json": value.near_json}


def _below(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_absolute() == folder.is_absolute() else str(path)
