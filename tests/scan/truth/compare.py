"""Compares what the static reader says of Airflow's example DAGs with what that Airflow itself loaded."""

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from migrator.ir import Continuous, Cron, Custom, Dag, Every, Manual, Once, OnDatasets, OnDatasetsOrTime, Task
from migrator.ir.schedule import PRESETS

SIMPLE = {Manual: "NullTimetable", Once: "OnceTimetable", Continuous: "ContinuousTimetable"}


def schedule(dag: Dag) -> str:
    """In the words of the truth file."""
    found = dag.schedule
    if isinstance(found, Cron):
        return f"cron {found.cron}"
    if isinstance(found, Every):
        return f"every {found.seconds:.0f}"
    if isinstance(found, OnDatasets):
        return "datasets"
    if isinstance(found, OnDatasetsOrTime):
        return "datasets or time"
    return f"custom {found.timetable}" if isinstance(found, Custom) else SIMPLE.get(type(found), "unknown")


def same_schedule(dag: Dag, loaded: str) -> bool:
    """The loaded timetable is the one that the model describes."""
    said = schedule(dag)
    if said == "datasets":
        return "Dataset" in loaded or "Asset" in loaded
    if said == "datasets or time":
        return loaded in ("DatasetOrTimeSchedule", "AssetOrTimeSchedule")
    if said.startswith("custom "):
        assert isinstance(dag.schedule, Custom)
        return (
            said.rsplit(".", 1)[-1].removeprefix("custom ") in loaded
            or loaded.removeprefix("cron ") in dag.schedule.source
        )
    if loaded.startswith("cron "):
        return said == f"cron {PRESETS.get(loaded[5:], loaded[5:])}"
    return said == loaded


def utc(moment: str | None) -> str | None:
    """The same moment in UTC."""
    return None if moment is None else datetime.fromisoformat(moment).astimezone(timezone.utc).isoformat()


def task_differences(task: Task, loaded: dict[str, object]) -> Iterator[str]:
    """Facts of one task that are not as Airflow has them."""
    said = {
        "operator": task.operator_class,
        "upstream": sorted(task.upstream),
        "trigger_rule": task.trigger_rule,
        "retries": task.retries,
        "pool": task.pool,
        "mapped": task.mapped,
        "taskflow": task.taskflow,
        "setup": task.setup,
        "teardown": task.teardown,
        "group": task.group,
    }
    for name, value in said.items():
        if value != loaded[name]:
            yield f"{task.task_id}.{name}: said {value!r}, Airflow has {loaded[name]!r}"


def differences(dag: Dag, loaded: dict[str, object]) -> list[str]:
    """Facts of one DAG that are not as Airflow has them."""
    found: list[str] = []
    if not same_schedule(dag, str(loaded["schedule"])):
        found.append(f"schedule: said {dag.schedule}, Airflow has {loaded['schedule']}")
    if dag.start_date is not None and utc(dag.start_date) != loaded["start_date"]:
        found.append(f"start_date: said {dag.start_date}, Airflow has {loaded['start_date']}")
    if dag.catchup is not None and dag.catchup != loaded["catchup"]:
        found.append(f"catchup: said {dag.catchup}, Airflow has {loaded['catchup']}")
    for name, said in (("tags", list(dag.tags)), ("groups", list(dag.groups))):
        if said != loaded[name]:
            found.append(f"{name}: said {said}, Airflow has {loaded[name]}")
    tasks = loaded["tasks"]
    assert isinstance(tasks, dict)
    if {t.task_id for t in dag.tasks} != set(tasks):
        return [*found, f"tasks: said {sorted(t.task_id for t in dag.tasks)}, Airflow has {sorted(tasks)}"]
    return [*found, *(d for t in dag.tasks for d in task_differences(t, tasks[t.task_id]))]


def installed(name: str, environments: tuple[Path, ...]) -> Path | None:
    """A folder of example DAGs, in the first environment that has it."""
    for environment in environments:
        for site in environment.glob("lib/python3*/site-packages"):
            if (site / name).is_dir():
                return site / name
    return None
