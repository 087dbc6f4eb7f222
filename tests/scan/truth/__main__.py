"""Writes down what a real Airflow loads: `python -m tests.scan.truth OUT.json [FOLDER]`.

Without a folder it is the example DAGs that come with that Airflow.
Runs in the interpreter of that Airflow (standard library and Airflow only), with a throw-away AIRFLOW_HOME.
"""

import inspect
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def prepare() -> None:
    """A private, migrated database; nothing of the user's configuration."""
    home = tempfile.mkdtemp(prefix="truth-")
    os.environ["AIRFLOW_HOME"] = home
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "ERROR"
    os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, stdout=subprocess.DEVNULL)


def folders() -> list[Path]:
    """Where this Airflow keeps its examples, below site-packages."""
    import airflow

    top = Path(airflow.__file__).parent
    found = [top / "example_dags", top / "providers" / "standard" / "example_dags"]
    return [f for f in found if f.is_dir()]


def bag(folder: Path) -> object:
    """A DagBag of a folder, or of the dags folder of a repository, whatever this version wants to be told."""
    paths = [folder / "plugins", folder] if (folder / "dags").is_dir() else []
    folder = folder / "dags" if paths else folder
    for path in [*paths, folder]:  # as Airflow does with its dags folder and its plugins
        sys.path.insert(0, str(path))
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:
        from airflow.models.dagbag import DagBag
    wanted = {"include_examples": False, "read_dags_from_db": False, "safe_mode": True}
    known = inspect.signature(DagBag.__init__).parameters
    return DagBag(str(folder), **{k: v for k, v in wanted.items() if k in known})


def when(moment: object) -> str | None:
    """ISO 8601 in UTC."""
    import datetime

    return None if moment is None else moment.astimezone(datetime.timezone.utc).isoformat()


def schedule(dag: object) -> str:
    """The kind of schedule and what it says, in the words of the loaded timetable."""
    table = dag.timetable
    for name in ("_expression", "expression"):
        if getattr(table, name, None):
            return f"cron {getattr(table, name)}"
    if getattr(table, "_delta", None) is not None or getattr(table, "delta", None) is not None:
        delta = getattr(table, "_delta", None) or table.delta
        return f"every {delta.total_seconds():.0f}"
    return type(table).__name__


def task(found: object) -> dict[str, object]:
    """What the static reader must say of a task."""
    return {
        "operator": found.task_type,
        "upstream": sorted(found.upstream_task_ids),
        "trigger_rule": str(getattr(found.trigger_rule, "value", found.trigger_rule)),
        "retries": found.retries,
        "pool": found.pool,
        "mapped": "Mapped" in type(found).__name__,
        "taskflow": "Decorated" in found.task_type,
        "setup": bool(getattr(found, "is_setup", False)),
        "teardown": bool(getattr(found, "is_teardown", False)),
        "group": found.task_group.group_id if found.task_group else None,
    }


def entry(dag: object) -> dict[str, object]:
    """What the static reader must say of a DAG."""
    groups = dag.task_group.get_task_group_dict()
    return {
        "schedule": schedule(dag),
        # What the scheduler goes by: the earliest of the DAG's own date and its tasks'.
        "start_date": when(
            min(filter(None, [dag.start_date, *(t.start_date for t in dag.tasks)]), default=None)
        ),
        "catchup": dag.catchup,
        "tags": sorted(dag.tags or []),
        "groups": sorted(g for g in groups if g),
        "tasks": {t.task_id: task(t) for t in sorted(dag.tasks, key=lambda t: t.task_id)},
    }


def main(out: Path, *given: str) -> None:
    """One file for this Airflow."""
    prepare()
    import airflow

    site = Path().resolve() if given else Path(airflow.__file__).parent.parent
    body: dict[str, object] = {"airflow": airflow.__version__, "folders": {}}
    for folder in [Path(name).resolve() for name in given] or folders():
        loaded = bag(folder)
        files: dict[str, object] = {}
        for dag_id, dag in sorted(loaded.dags.items()):
            file = Path(dag.fileloc).relative_to(folder).as_posix()
            files.setdefault(file, {})[dag_id] = entry(dag)
        errors = (
            {Path(f).name: e.strip().splitlines()[-1] for f, e in loaded.import_errors.items()}
            if given
            else {}
        )
        body["folders"][folder.relative_to(site).as_posix()] = {"files": files, "import_errors": errors}
    out.write_text(json.dumps(body, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
