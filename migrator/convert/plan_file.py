"""Writes `migrate.yaml`: what convert will do, for people to edit. What is there is kept, to the last character."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from migrator import atomic
from migrator.convert import naming
from migrator.errors import PlanError
from migrator.plan import insert, reading
from migrator.plan.insert import Edit, Insertion, Item
from migrator.plan.tree import Node, YamlError, line_of, parse, plain
from migrator.record import dataclass

Json = Mapping[str, Any]

SCHEMA = "migrate.schema.json"
HEAD = """\
# What `migrate convert` does with each DAG: edit it, and convert again.
# A task may get another asset name, and a layer (its group); a DAG may get a level: asset, job or lift.
"""
NAME = re.compile(r"[A-Za-z0-9_.-]+")  # what the plan takes as the name of an asset
TRIES = 5
COMPARED = 20  # of the entries that are gone: how many are looked for under other names; it takes a while
LONGEST = 500  # characters of an id; Airflow itself takes 250, and a YAML key on one line 1024
LANDS = {
    "asset": "assets",
    "job": "a job of ops",
    "lift": "unchanged in Airflow, for now; the scan says why",
}


@dataclass(frozen=True)
class Unknown:
    """An entry of the plan that the scan knows nothing of; it stays."""

    line: int
    dag_id: str
    task_id: str | None = None
    near: str | None = None  # what may have been meant, or what it may be called now

    def message(self, path: Path) -> str:
        """As a line for people, with its place."""
        what = f"task {self.task_id} of {self.dag_id}" if self.task_id is not None else f"DAG {self.dag_id}"
        hint = f"; is it {self.near} now?" if self.near else ""
        return f"{path}:{self.line}: the scan found no {_shown(what)}{_shown(hint)} (its entry stays)"


@dataclass(frozen=True)
class Changes:
    """What a merge did. Each id tuple is sorted."""

    added: tuple[str, ...] = ()
    tasks_added: tuple[tuple[str, str], ...] = ()
    gone: tuple[Unknown, ...] = ()
    by_hand: tuple[str, ...] = ()  # DAGs whose entry is shared by an alias: their new tasks were not added

    def messages(self, path: Path) -> list[str]:
        """For stderr: a line of what was added, and one for each thing to look at."""
        parts = [_count(len(self.added), "DAG"), _count(len(self.tasks_added), "task")]
        done = " and ".join(p for p in parts if p)
        told = [f"{path}: {done} added" if done else f"{path}: nothing to add"]
        told += [
            f"{path}: {_shown(d)} is shared with an alias; add its new tasks by hand" for d in self.by_hand
        ]
        return told + [unknown.message(path) for unknown in self.gone]


@dataclass(frozen=True)
class _Seen:
    """What the plan needs of a DAG of the report."""

    comment: str
    names: Mapping[str, str]  # task id → asset name, of tasks that become assets
    tasks: frozenset[str]
    partial: bool


@dataclass
class _Work:
    """One merge: what is to be added where, and what the data must be afterwards."""

    new: list[Item] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    tasks_added: list[tuple[str, str]] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)


def update(path: Path, dags: Iterable[Json]) -> Changes:
    """Add the DAGs of a scan report that a plan does not have, or make the plan. Raises PlanError.

    Of the DAGs that it has, new tasks are added. Nothing is taken out or rewritten, and a second call changes nothing.
    """
    seen = {dag["dag_id"]: _seen(dag) for dag in dags if _fits(dag["dag_id"])}
    for _ in range(TRIES):
        try:
            return _merge(path, seen)
        except atomic.Changed:
            continue  # an editor or another scan was faster: read what it wrote, and merge into that
        except OSError as error:
            raise PlanError(f"{path}: {error.strerror or error}") from error
    raise PlanError(f"{path}: somebody else keeps changing it; nothing was written")


def _merge(path: Path, seen: Mapping[str, _Seen]) -> Changes:
    if not path.exists() and not path.is_symlink():
        _store(path, None, _fresh(path, seen))
        return Changes(added=tuple(sorted(seen)))
    text = reading.text_of(path)
    _, root, data = reading.understood(path, text)
    listed = set(data.get("dags") or ())
    work = _planned(text, root, data, seen)
    if work.edits:
        made = insert.apply(text, work.edits)
        root = _checked(path, made, work)
        _store(path, text, made)
    return Changes(
        added=tuple(sorted(i.key for i in work.new)),
        tasks_added=tuple(sorted(work.tasks_added)),
        gone=tuple(_unknown(root, data, listed, seen)),
        by_hand=tuple(sorted(work.by_hand)),
    )


def _fresh(path: Path, seen: Mapping[str, _Seen]) -> str:
    schema = f"# yaml-language-server: $schema={SCHEMA}\n" if (path.parent / SCHEMA).is_file() else ""
    entries = insert.lines([_item(i, seen[i]) for i in sorted(seen)], 2)
    return schema + HEAD + "\n".join(["version: 1", "dags:" if entries else "dags: {}", *entries]) + "\n"


def _planned(text: str, root: Node | None, data: dict[str, Any], seen: Mapping[str, _Seen]) -> _Work:
    listed: dict[str, Any] = data.get("dags") or {}
    work = _Work(new=[_item(i, seen[i]) for i in sorted(seen.keys() - listed.keys())])
    place = Insertion(text)
    entries = dict(listed)
    for dag_id in sorted(seen.keys() & listed.keys()):
        entry = listed[dag_id] or {}
        missing = {t: n for t, n in seen[dag_id].names.items() if t not in (entry.get("tasks") or {})}
        edits = _tasks(place, root, dag_id, entry, missing) if missing else []
        if edits is None:
            work.by_hand.append(dag_id)
        elif edits:
            work.edits += edits
            work.tasks_added += [(dag_id, t) for t in missing]
            tasks = {**(entry.get("tasks") or {}), **{t: {"asset": n} for t, n in missing.items()}}
            entries[dag_id] = {**entry, "tasks": tasks}
    entries |= {item.key: item.value for item in work.new}
    work.edits += _entries(place, root, work.new) if work.new else []
    work.data = {**data, "dags": entries} if work.edits else data
    return work


def _entries(place: Insertion, root: Node | None, new: Sequence[Item]) -> list[Edit]:
    """The edits that add DAGs, whatever of the plan is there."""
    if root is None or (root.empty and not root.marked):
        gap = [] if root is None or root.start == root.end else [Edit(root.start, root.end, "")]
        return [*gap, place.at_end(["dags:", *insert.lines(new, 2)])]
    dags = root.get("dags")
    if dags is None:
        return place.beside(root, [Item("dags", {i.key: i.value for i in new})], last=True)
    return place.into(root, "dags", new)


def _tasks(
    place: Insertion, root: Node | None, dag_id: str, entry: Json, missing: Mapping[str, str]
) -> list[Edit] | None:
    """The edits that add tasks to a known DAG; None where its entry is shared with others."""
    dags = root.get("dags") if root is not None else None
    node = dags.get(dag_id) if dags is not None else None
    if dags is None or node is None or node.kind == "alias" or node.marked:
        return None
    items = [Item(t, {"asset": n}) for t, n in sorted(missing.items())]
    section = Item("tasks", {i.key: i.value for i in items})
    if node.empty:
        return place.into(dags, dag_id, [section])
    tasks = node.get("tasks")
    if tasks is None:
        return None if "tasks" in entry else place.beside(node, [section], last=True)
    return None if tasks.kind == "alias" or tasks.marked else place.into(node, "tasks", items)


def _checked(path: Path, made: str, work: _Work) -> Node | None:
    """The tree of the new text, which must say what the old one said, and what was added. Raises PlanError."""
    try:
        root = parse(made)
        data = plain(root)
    except YamlError:
        root, data = None, {}
    if json.dumps(data, sort_keys=True) != json.dumps(work.data, sort_keys=True):
        ids = ", ".join([i.key for i in work.new][:5] or [d for d, _ in work.tasks_added][:5])
        raise PlanError(f"{path}: it is written in a way that cannot be added to; add by hand: {_shown(ids)}")
    return root


def _unknown(root: Node | None, data: Json, listed: set[str], seen: Mapping[str, _Seen]) -> Iterable[Unknown]:
    """What the plan has and the scan has not, by line."""
    fresh = [i for i in seen if i not in listed]
    lost: list[tuple[int, str, str | None, Sequence[str]]] = []
    for dag_id, entry in (data.get("dags") or {}).items():
        if dag_id not in seen:
            lost.append((line_of(root, ("dags", dag_id)), dag_id, None, fresh))
        elif not seen[dag_id].partial:
            tasks = (entry or {}).get("tasks") or {}
            others = sorted(seen[dag_id].tasks - tasks.keys()) or sorted(seen[dag_id].tasks)
            gone = [t for t in tasks if t not in seen[dag_id].tasks]
            lost += [(line_of(root, ("dags", dag_id, "tasks", t)), dag_id, t, others) for t in gone]
    lost.sort(key=lambda found: (found[0], found[1], found[2] or ""))
    return (
        Unknown(line, dag_id, task_id, _near(task_id or dag_id, others) if number < COMPARED else None)
        for number, (line, dag_id, task_id, others) in enumerate(lost)
    )


def _near(word: str, others: Sequence[str]) -> str | None:
    found = get_close_matches(word, others[:1000], n=1)
    return found[0] if found else None


def _store(path: Path, before: str | None, text: str) -> None:
    held = before.encode() if before is not None else None
    atomic.write(path, text.encode(), before=held, check=True)


def _seen(dag: Json) -> _Seen:
    """An asset DAG gets its names, ready to be changed; the others have nothing to name."""
    named = (
        [t["task_id"] for t in dag["tasks"] if t["disposition"] == "native"]
        if dag["level"] == "asset"
        else []
    )
    names = {t: _name(t.rsplit(".", 1)[-1]) for t in sorted(named) if _fits(t)}
    comment = (
        f"{_shown(dag['file'])}: {_count(len(dag['tasks']), 'task') or 'no tasks'}, {LANDS[dag['level']]}"
    )
    return _Seen(comment, names, frozenset(t["task_id"] for t in dag["tasks"]), bool(dag["partial"]))


def _fits(name: str) -> bool:
    """Whether it can be a key; what no text file can hold is no id of Airflow's either."""
    return len(name) <= LONGEST and not any("\ud800" <= c <= "\udfff" for c in name)


def _name(own: str) -> str:
    name = naming.key_part(own)
    return name if NAME.fullmatch(name) else naming.tag(own)


def _item(dag_id: str, seen: _Seen) -> Item:
    tasks = {"tasks": {t: {"asset": n} for t, n in seen.names.items()}} if seen.names else {}
    return Item(dag_id, tasks, seen.comment)


def _count(number: int, what: str) -> str:
    return "" if number == 0 else f"{number} {what}" + ("s" if number > 1 else "")


def _shown(text: str) -> str:
    """On one line."""
    return "".join(c if c.isprintable() else " " for c in text)
