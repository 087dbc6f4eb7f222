"""`migration.json`: what each DAG and task became. `convert` and `import` write it; verify and compare read it."""

import json
from dataclasses import asdict, field
from pathlib import Path

from migrator import __version__
from migrator.errors import UsageError
from migrator.record import dataclass

NAME = "migration.json"
FORMAT = 1


@dataclass(frozen=True)
class TaskEntry:
    """`outputs` maps an XCom key to the Dagster output or asset that holds it, where it isn't the obvious one.

    `line` is where the DAG file makes the task.
    """

    disposition: str  # native, bridged, contracted, lifted, manual
    asset_key: tuple[str, ...] | None = None
    op: str | None = None
    outputs: dict[str, str] = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True)
class DagEntry:
    """`module` is relative to the project, such as `defs.order_pipeline`."""

    file: str
    level: str  # asset, job, lift
    module: str
    job: str
    schedule: str | None = None
    partitions: str | None = None  # "daily" or "cron <expression>"
    tasks: dict[str, TaskEntry] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file of its module, relative to the project."""
        return f"{self.module.replace('.', '/')}.py"


@dataclass(frozen=True)
class Manifest:
    """`files` has the digest of each generated file as it was written, so that an edit is seen."""

    airflow: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    dags: dict[str, DagEntry] = field(default_factory=dict)

    def dumps(self) -> str:
        """Stable text: the same manifest gives the same bytes."""
        body = {"version": FORMAT, "migrator": __version__, **asdict(self)}
        return json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read(project: Path) -> Manifest | None:
    """The manifest of a generated project, or None when there is none. Raises UsageError when it is not one of ours."""
    path = project / NAME
    if not path.exists():
        return None
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["version"] != FORMAT:
            raise UsageError(f"{path}: version {body['version']} is not known to migrate {__version__}")
        return Manifest(
            airflow=body["airflow"],
            files=dict(body["files"]),
            dags={name: _dag_entry(entry) for name, entry in body["dags"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise UsageError(f"{path} is not a manifest of migrate: {error!r}") from error


def of(project: Path) -> Manifest:
    """The manifest of a project that has one. Raises UsageError for a folder that was not written by us."""
    if (found := read(project)) is None:
        raise UsageError(f"{project} has no {NAME}: it was not written by migrate")
    return found


def _dag_entry(entry: dict[str, object]) -> DagEntry:
    tasks = entry.pop("tasks")
    assert isinstance(tasks, dict)
    return DagEntry(**entry, tasks={name: _task_entry(t) for name, t in tasks.items()})  # type: ignore[arg-type]  # checked by the caller's except


def _task_entry(entry: dict[str, object]) -> TaskEntry:
    key = entry.pop("asset_key")
    return TaskEntry(asset_key=tuple(key) if isinstance(key, list) else None, **entry)  # type: ignore[arg-type]  # likewise
