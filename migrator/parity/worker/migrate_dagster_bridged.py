"""XComs of tasks that ran in Airflow, beside those that the project keeps, which are those that somebody reads."""

import json
import shutil
from pathlib import Path
from typing import Any

EVERYTHING = "all_xcoms"  # in a manifest, in place of a key

Task = dict[str, Any]


def complete(tasks: list[Task], kept: Path, folder: Path) -> list[Task]:
    """The records of a run's tasks, with the XComs that `kept`, in the run's storage, has beside theirs.

    Of a mapped task, which was one step, there is a record for each instance.
    """
    found = []
    for task in tasks:
        told = kept / f"{task['task_id']}.json"
        task["xcoms"].pop(EVERYTHING, None)
        instances = json.loads(told.read_text(encoding="utf-8")) if told.exists() else []
        for instance in instances:
            instance["xcoms"] = {k: _copied(v, kept, folder) for k, v in instance["xcoms"].items()}
        if task["map_index"] < 0 and any(instance["map_index"] >= 0 for instance in instances):
            found += [{key: instance[key] for key in task} for instance in instances]
            continue
        for instance in instances if task["state"] in ("success", "failed", "skipped") else ():
            if instance["map_index"] == task["map_index"]:
                task["xcoms"] = {**instance["xcoms"], **task["xcoms"]}
        found.append(task)
    return found


def _copied(value: Task, kept: Path, folder: Path) -> Task:
    """An artifact, with its file in the folder of the record."""
    for kind in ("parquet", "opaque"):
        if name := value.get(kind):
            shutil.copy(kept / name, folder / name)
    return value
