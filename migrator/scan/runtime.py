"""The reader that asks Airflow itself: what the user's interpreter loads from the files, as our model."""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from migrator.errors import ProbeError
from migrator.findings import Finding
from migrator.ir import (
    Code,
    Continuous,
    Cron,
    Custom,
    Dag,
    Dictionary,
    Every,
    Function,
    Literal,
    Manual,
    Once,
    OnDatasets,
    Origin,
    Project,
    Schedule,
    SourceFile,
    Task,
    Template,
    Value,
    XCom,
)
from migrator.ir import Sequence as Items
from migrator.runtime.airflow_client import Airflow, AirflowError

Json = Mapping[str, Any]

CODES = {"import": "SC020", "timeout": "SC021", "died": "SC022", "memory": "SC060"}
TIMEOUT = 60.0  # seconds for a file; Airflow's own limit is 30
MEMORY = 2 << 30  # bytes for a file
Progress = Callable[[int, int], None]
DEFAULT_OWNER = "airflow"


def load(
    root: Path,
    files: Sequence[str],
    airflow_python: str,
    *,
    file_timeout: float = TIMEOUT,
    file_memory: int | None = MEMORY,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> tuple[Project, list[Finding]]:
    """What Airflow makes of the files, which are relative to root. `Project.files` are those that it loads.

    Imports between DAG files start at root, or at AIRFLOW__CORE__DAGS_FOLDER when that is set. Each file may take
    `file_timeout` seconds and, on Linux, `file_memory` bytes more than Airflow itself; `jobs` are loaded at once,
    as a rule one for each processor. `progress` is told how many of how many are done. Raises ProbeError when
    that interpreter does not start Airflow.
    """
    root = root.resolve()
    folder = Path(os.environ.get("AIRFLOW__CORE__DAGS_FOLDER") or root)
    told = _counting(len(files), progress)
    limits: dict[str, Any] = {"timeout": file_timeout, "memory": file_memory, "jobs": jobs or _processors()}
    try:
        with _home() as home, Airflow(airflow_python, folder, env={**home, **_plugins(root)}) as airflow:
            version = airflow.version
            found = airflow.load([root / file for file in sorted(files)], progress=told, **limits)
    except AirflowError as error:
        raise ProbeError(f"--airflow-python: {error}") from error
    findings = [_finding(root, error) for error in found["errors"]]
    failed = {finding.origin.file for finding in findings}
    project = Project(
        root=str(root),
        dags=tuple(
            sorted((_dag(root, dag) for dag in found["dags"]), key=lambda d: (d.origin.file, d.dag_id))
        ),
        files=tuple(SourceFile(file, None, None) for file in sorted(files) if file not in failed),
        airflow=version,
    )
    return project, findings


def _counting(total: int, progress: Progress | None) -> Callable[[str], None]:
    numbers = count(1)

    def told(_: str) -> None:
        if progress is not None:
            progress(next(numbers), total)

    return told


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _home() -> Iterator[dict[str, str]]:
    """An AIRFLOW_HOME for this reading alone, unless the user has one: a DAG file may write into it."""
    if "AIRFLOW_HOME" in os.environ or Path("~/airflow/airflow.cfg").expanduser().is_file():
        yield {}
    else:
        with TemporaryDirectory(prefix="airflow-home-", ignore_cleanup_errors=True) as folder:
            yield {"AIRFLOW_HOME": folder}


def _plugins(root: Path) -> dict[str, str]:
    """The folder of plugins, in the repository or beside its DAGs, unless the user has said where they are."""
    if "AIRFLOW_HOME" in os.environ or "AIRFLOW__CORE__PLUGINS_FOLDER" in os.environ:
        return {}
    places = [root / "plugins", *([root.parent / "plugins"] if root.name == "dags" else [])]
    found = [str(folder) for folder in places if folder.is_dir()]
    return {"AIRFLOW__CORE__PLUGINS_FOLDER": found[0]} if found else {}


def _finding(root: Path, error: Json) -> Finding:
    origin = Origin(_relative(root, error["file"]) or error["file"], error["line"], seen_by="runtime")
    return Finding(CODES.get(error["kind"], "SC020"), error["message"], origin)


def _relative(root: Path, file: str) -> str | None:
    """The path below root, or None when it is elsewhere."""
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


def _dag(root: Path, dag: Json) -> Dag:
    origin = Origin(_relative(root, dag["file"]) or dag["file"], dag["line"], seen_by="runtime")
    return Dag(
        dag_id=dag["dag_id"],
        origin=origin,
        form="runtime",
        schedule=_schedule(dag["schedule"]),
        start_date=dag["start_date"],
        end_date=dag["end_date"],
        timezone=dag["timezone"],
        catchup=dag["catchup"],
        tags=tuple(dag["tags"]),
        owners=tuple(sorted({task["owner"] for task in dag["tasks"]} - {DEFAULT_OWNER})),
        description=dag["description"],
        doc_md=dag["doc_md"],
        args=_values(root, dag["args"]),
        default_args=_values(root, dag["default_args"]),
        tasks=tuple(_task(root, _made(root, origin, task["made"]), task) for task in dag["tasks"]),
        groups=tuple(dag["groups"]),
    )


def _made(root: Path, dag: Origin, made: Json) -> Origin:
    """The line of the user's code that makes a task; that of its DAG when it is none below root."""
    file = _relative(root, made["file"])
    return Origin(file, made["line"], seen_by="runtime") if file else dag


def _schedule(found: Json) -> Schedule:
    match found["kind"]:
        case "cron":
            return Cron(found["expression"], found["timezone"], found["interval"])
        case "delta":
            return Every(found["seconds"], found["interval"])
        case "datasets":
            aliases, watched = tuple(found.get("aliases", ())), tuple(found.get("watched", ()))
            return OnDatasets(tuple(found["uris"]), found["needs"], None, aliases, watched)
        case "manual":
            return Manual()
        case "once":
            return Once()
        case "continuous":
            return Continuous()
    return Custom(_without_prefix(found["timetable"]), found["text"])


def _task(root: Path, origin: Origin, task: Json) -> Task:
    taskflow = task["decorator"] is not None
    args, expand = _values(root, task["args"]), _values(root, task["expand"])
    positional, keywords = args.pop("op_args", None), args.pop("op_kwargs", None)
    if not taskflow:
        given = {"op_args": positional, "op_kwargs": keywords}
        args.update({name: value for name, value in given.items() if value is not None}, **expand)
    return Task(
        task_id=task["task_id"],
        operator=_operator(task),
        origin=origin,
        args=args,
        own=frozenset({*task["own"], *expand} & {*args}),
        positional=_items(positional) if taskflow else (),
        keywords={**_entries(keywords), **expand} if taskflow else {},
        function=_function(root, task["callable"]) if task["callable"] else None,
        upstream=frozenset(task["upstream"]),
        data_upstream=frozenset(_read_tasks([task["args"], task["expand"]])),
        trigger_rule=task["trigger_rule"],
        retries=task["retries"],
        retry_delay=task["retry_delay"],
        pool=task["pool"],
        mapped=task["mapped"],
        expand=tuple(task["expand"]),
        taskflow=taskflow,
        setup=task["setup"],
        teardown=task["teardown"],
        group=task["group"],
    )


def _operator(task: Json) -> str:
    if task["decorator"]:
        return "airflow.decorators." + str(task["decorator"]).removeprefix("@")
    return f"{_without_prefix(task['module'])}.{task['operator']}"


def _without_prefix(module: str) -> str:
    """The module as its file is named: Airflow loads DAG files under names of its own."""
    return re.sub(r"^unusual_prefix_[0-9a-f]+_", "", module)


def _read_tasks(found: object) -> Iterator[str]:
    """The tasks whose XComs the described arguments read, however deep."""
    if isinstance(found, list):
        for item in found:
            yield from _read_tasks(item)
    elif isinstance(found, dict):
        if "xcom" in found and len(found) == 1:
            yield found["xcom"][0]
        elif "code" in found:
            yield from found.get("reads", ())
        else:
            yield from _read_tasks(list(found.values()))


def _values(root: Path, found: Json) -> dict[str, Value]:
    return {name: _value(root, value) for name, value in found.items()}


def _value(root: Path, found: Json) -> Value:
    """A described argument; see `describe_value` of the probe."""
    ((kind, value), *_) = found.items()
    match kind:
        case "json":
            return Literal(value)
        case "timedelta":
            return Literal(timedelta(seconds=value))
        case "datetime":
            return Literal(datetime.fromisoformat(value))
        case "bytes":
            return Literal(value.encode("latin-1"))
        case "template":
            return Template(value)
        case "xcom":
            return XCom(*value)
        case "function":
            return _function(root, value)
        case "code":
            return Code(value, found["why"])
    return _collection(root, kind, value)


MAKE: dict[str, Any] = {"list": list, "tuple": tuple, "set": set}


def _collection(root: Path, kind: str, value: list[Any]) -> Value:
    if kind == "dict":
        items = {name: _value(root, item) for name, item in value}
        constants = {name: item.value for name, item in items.items() if isinstance(item, Literal)}
        return Literal(constants) if len(constants) == len(items) else Dictionary(items)
    members = tuple(_value(root, item) for item in value)
    if all(isinstance(member, Literal) for member in members):
        return Literal(MAKE[kind](member.value for member in members if isinstance(member, Literal)))
    return Items(members)


def _function(root: Path, found: Json) -> Function:
    return Function(found["name"], found["qualified"], _relative(root, found["file"]), found["line"])


def _items(value: Value | None) -> tuple[Value, ...]:
    """The members of a list, as values."""
    if isinstance(value, Items):
        return value.items
    if isinstance(value, Literal) and isinstance(value.value, (list, tuple)):
        return tuple(Literal(item) for item in value.value)
    return ()


def _entries(value: Value | None) -> dict[str, Value]:
    """The entries of a dict, as values."""
    if isinstance(value, Dictionary):
        return dict(value.items)
    if isinstance(value, Literal) and isinstance(value.value, dict):
        return {name: Literal(item) for name, item in value.value.items()}
    return {}
