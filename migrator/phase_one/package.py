"""`_airflow/`: what a generated project needs to run unchanged DAGs, copied into it."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import migrator.runtime

FOLDER = "_airflow"
INTERPRETER = (
    "airflow_client.py",
    "airflow_jobs.py",
    "airflow_names.py",
    "airflow_probe.py",
    "airflow_run.py",
    "airflow_schedules.py",
    "airflow_server.py",
    "airflow_shared.py",
    "airflow_timetables.py",
    "dataset_events.py",
    "dataset_history.py",
    "datasets.py",
)
BRIDGE = ("airflow_bridge.py", "airflow_task.py", "airflow_values.py")
IN_PROCESS = ("airflow_in_process.py", "airflow_names.py", "airflow_schedules.py")

HEAD = '''"""{title}"""

from functools import partial
{imports}

# The folder of the DAG files, unless the environment variable AIRFLOW_DAGS_FOLDER names another.
DAGS_FOLDER = {folder}

airflow_dag = partial(airflow_jobs.airflow_dag, folder=DAGS_FOLDER)

__all__ = ["DAGS_FOLDER", {names}, "airflow_dag"]
'''
SCHEDULE = (
    "\n__all__",
    "airflow_schedule = partial(airflow_timetables.airflow_schedule, folder=DAGS_FOLDER)\n\n__all__",
)

# What bridged tasks need in the same place: the tasks of a DAG, and the resource that all of them share.
IMPORTS = """from . import airflow_bridge, airflow_jobs, airflow_timetables
from .airflow_bridge import Upstream, with_keys
from .airflow_jobs import Task
from .airflow_run import AirflowRun"""
NAMES = '"AIRFLOW", "AirflowRun", "Task", "Upstream", "airflow_tasks", "with_keys"'
TASKS = (
    "\n__all__",
    """airflow_tasks = partial(airflow_bridge.AirflowTasks, folder=DAGS_FOLDER)
AIRFLOW = {"airflow": AirflowRun.configure_at_launch()}

__all__""",
)


def interpreter_files(dags_folder: str | None, *, bridged: bool = False) -> dict[str, str]:
    """For DAGs that run in the user's own Airflow interpreter. `dags_folder` is relative to the project.

    `bridged`: there are single tasks that do, inside of native DAGs.
    """
    title = "Runs the tasks of Airflow DAGs in their own Airflow; airflow_jobs.py says what that needs."
    given = (
        IMPORTS
        if bridged
        else "from . import airflow_jobs, airflow_timetables\nfrom .airflow_jobs import Task"
    )
    given += "\nfrom .datasets import all_of, any_of, members_of"
    names = (NAMES if bridged else '"Task"') + ', "airflow_schedule", "all_of", "any_of", "members_of"'
    head = HEAD.format(
        title=title, imports=_imports(dags_folder, given), folder=_folder(dags_folder), names=names
    )
    copies = _copies((*INTERPRETER, *(BRIDGE if bridged else ())))
    head = head.replace(*SCHEDULE)
    return {f"{FOLDER}/__init__.py": head.replace(*TASKS) if bridged else head, **copies}


def in_process_files(dags_folder: str | None) -> dict[str, str]:
    """For DAGs of Airflow 2 that run in Dagster's own process."""
    title = "Runs Airflow 2 DAGs inside Dagster; airflow_in_process.py says what that needs."
    imports = _imports(dags_folder, "from . import airflow_in_process as airflow_jobs")
    text = HEAD.format(title=title, imports=imports, folder=_folder(dags_folder), names="")
    return {f"{FOLDER}/__init__.py": text.replace(', , "', ', "'), **_copies(IN_PROCESS)}


def relative(dags: Path, project: Path) -> str | None:
    """The way from a project to its DAGs, to be written into it. None where only the root holds both."""
    dags, project = dags.resolve(), project.resolve()
    shared = [a for a, b in zip(dags.parts, project.parts, strict=False) if a == b]
    if len(shared) < 2:
        return None
    up = [".."] * (len(project.parts) - len(shared))
    return PurePosixPath(*up, *dags.parts[len(shared) :]).as_posix()


def _imports(dags_folder: str | None, own: str) -> str:
    return f"\n{own}" if dags_folder is None else f"from pathlib import Path\n\n{own}"


def _folder(dags_folder: str | None) -> str:
    return (
        "None"
        if dags_folder is None
        else f"Path(__file__).resolve().parent.parent / {json.dumps(dags_folder)}"
    )


def _copies(names: Sequence[str]) -> dict[str, str]:
    home = Path(migrator.runtime.__file__).parent
    return {f"{FOLDER}/{name}": (home / name).read_text(encoding="utf-8") for name in names}
