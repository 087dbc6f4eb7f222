"""XComs of tasks that ran in Airflow, beside those that the project keeps, which are those that somebody reads."""

import json
import shutil
from pathlib import Path
from typing import Any

EVERYTHING = "all_xcoms"  # in a manifest, in place of a key

Task = dict[str, Any]


def complete(tasks: list[Task], kept: Path, folder: Path) -> None:
    """Add to the records of a run's tasks the XComs that `kept`, in the run's storage, has beside theirs."""
    for task in tasks:
        told = kept / f"{task['task_id']}.json"
        task["xcoms"].pop(EVERYTHING, None)
        if not told.exists() or task["state"] not in ("success", "skipped"):
            continue
        for instance in json.loads(told.read_text(encoding="utf-8")):
            if instance["map_index"] == task["map_index"]:
                missing = {k: v for k, v in instance["xcoms"].items() if k not in task["xcoms"]}
                task["xcoms"] |= {key: _copied(value, kept, folder) for key, value in missing.items()}


def _copied(value: Task, kept: Path, folder: Path) -> Task:
    """An artifact, with its file in the folder of the record."""
    for kind in ("parquet", "opaque"):
        if name := value.get(kind):
            shutil.copy(kept / name, folder / name)
    return value
