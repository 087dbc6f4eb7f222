"""Writes `migrate.yaml`: what convert will do, for people to edit. What is there already is kept, comments and all."""

import io
import os
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from migrator import plan as plans
from migrator.convert.disposition import Dispositions
from migrator.convert.naming import key_part
from migrator.errors import PlanError
from migrator.ir import Dag, Project

HEAD = """\
What `migrate convert` does with each DAG: edit it, and convert again.
A task may get another asset name, and a layer (its group); a DAG may get a level: asset, job or lift.
"""


def update(path: Path, project: Project, dispositions: Dispositions) -> list[str]:
    """Add what is new to the plan, or make one; the ids of the DAGs that were added. Raises PlanError."""
    plans.read(path if path.exists() else None)
    yaml = YAML()
    yaml.width = 110
    body = yaml.load(path.read_text(encoding="utf-8")) if path.exists() else None
    if body is None:
        body = CommentedMap(version=1)
        body.yaml_set_start_comment(HEAD)
    entries = body.setdefault("dags", CommentedMap())
    added = [dag for dag in project.dags if dag.dag_id not in entries]
    for dag in added:
        level, tasks = dispositions[dag.dag_id]
        entries[dag.dag_id] = _entry(dag, level, tasks)
        entries.yaml_add_eol_comment(_comment(dag, level), dag.dag_id)
    if added:
        _store(path, yaml, body)
    return [dag.dag_id for dag in added]


def _entry(dag: Dag, level: str, tasks: dict[str, str]) -> CommentedMap:
    """An asset DAG gets its names, ready to be changed; the others have nothing to name."""
    entry = CommentedMap()
    if level == "asset":
        names = {
            t.task_id: key_part(t.task_id.rsplit(".", 1)[-1])
            for t in dag.tasks
            if tasks[t.task_id] == "native"
        }
        entry["tasks"] = CommentedMap((task_id, {"asset": name}) for task_id, name in sorted(names.items()))
    return entry


def _comment(dag: Dag, level: str) -> str:
    what = {
        "asset": "assets",
        "job": "a job of ops",
        "lift": "unchanged in Airflow, for now; the scan says why",
    }
    file = "".join(c if c.isprintable() else " " for c in dag.origin.file)  # a comment is one line
    return f"{file}: {len(dag.tasks)} tasks, {what[level]}"


def _store(path: Path, yaml: YAML, body: CommentedMap) -> None:
    """By a rename, so that no half plan is left."""
    text = io.StringIO()
    yaml.dump(body, text)
    if not path.parent.is_dir():
        raise PlanError(f"{path}: there is no folder {path.parent}")
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text.getvalue(), encoding="utf-8")
    os.replace(beside, path)
