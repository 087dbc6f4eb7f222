"""Is the project that was written the graph that was read? Compared through `migration.json`."""

import re
from calendar import month_abbr
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from migrator.errors import VerificationError
from migrator.ir import Cron, Dag, Task
from migrator.manifest import DagEntry, Manifest

Graph = Mapping[str, frozenset[str]]  # each node with those right before it
DAYS = {name: str(n) for n, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
MONTHS = {name.upper(): str(number) for number, name in enumerate(month_abbr)}


def check(dags: Sequence[Dag], manifest: Manifest, loaded: Mapping[str, Any]) -> list[str]:
    """Every difference between the DAGs and the project, as a sentence; none when they are the same graph.

    Each task is there exactly once, or contracted; the tasks before it are those of the DAG, seen through
    contracted ones and through helper ops; names, schedules and retries are the same.
    """
    found: list[str] = []
    for dag in dags:
        entry = manifest.dags.get(dag.dag_id)
        if entry is None:
            found.append(f"{dag.dag_id}: not in the manifest")
            continue
        found += [f"{dag.dag_id}: {text}" for text in _dag(dag, entry, loaded)]
    return found


def verify(dags: Sequence[Dag], manifest: Manifest, loaded: Mapping[str, Any]) -> None:
    """Raises VerificationError that lists each difference."""
    if found := check(dags, manifest, loaded):
        raise VerificationError(
            "what was written is not what was read:\n" + "\n".join(f"  {t}" for t in found)
        )


def _dag(dag: Dag, entry: DagEntry, loaded: Mapping[str, Any]) -> list[str]:
    if entry.job not in loaded["jobs"]:
        return [f"there is no job {entry.job}"]
    nodes = _nodes(entry, loaded)
    return [
        *_accounted(dag, entry),
        *_present(entry, nodes),
        *_edges(dag, entry, _graph(entry, nodes)),
        *_retries(dag, entry, nodes),
        *_schedule(dag, entry, loaded),
    ]


def _graph(entry: DagEntry, nodes: Mapping[str, Any]) -> Graph:
    """Every node with those before it; an asset that holds a pushed XCom stands for the node of its task."""
    held = {
        asset: node
        for task_id, task in entry.tasks.items()
        if task.asset_key and (node := node_of(entry, task_id))
        for asset in task.outputs.values()
    }
    if entry.level == "asset":
        held |= _holders(entry, nodes)
    return {name: frozenset(held.get(up, up) for up in node["upstream"]) for name, node in nodes.items()}


def _holders(entry: DagEntry, nodes: Mapping[str, Any]) -> dict[str, str]:
    """Where a task became an op that makes several assets, such as models of dbt: each of them stands for the op.

    The other way round, the op of an asset stands for the asset, since ops come after ops.
    """
    several = {task.op for task in entry.tasks.values() if task.op}
    if not several:
        return {}
    single = {"/".join(task.asset_key) for task in entry.tasks.values() if task.asset_key}
    made = {name: node["op"] for name, node in nodes.items() if node.get("op")}
    held = {asset: op for asset, op in made.items() if op in several}
    return {**held, **{op: asset for asset, op in made.items() if asset in single}}


def node_of(entry: DagEntry, task_id: str) -> str | None:
    """The asset or op that a task became; None for a contracted one."""
    task = entry.tasks[task_id]
    return "/".join(task.asset_key) if task.asset_key else task.op


def _nodes(entry: DagEntry, loaded: Mapping[str, Any]) -> dict[str, Any]:
    """All that may hold a task of this DAG: assets, and its job's ops, by their last name if it is enough."""
    ops: dict[str, Any] = dict(loaded["jobs"][entry.job]["ops"])
    names = [handle.rsplit(".", 1)[-1] for handle in ops]
    short = {
        handle: handle.rsplit(".", 1)[-1] for handle in ops if names.count(handle.rsplit(".", 1)[-1]) == 1
    }
    renamed = {
        short.get(handle, handle): {**op, "upstream": [short.get(up, up) for up in op["upstream"]]}
        for handle, op in ops.items()
    }
    return {**renamed, **loaded["assets"]}


def _accounted(dag: Dag, entry: DagEntry) -> list[str]:
    """Every task has an entry, every entry a task, and no two tasks share a node."""
    tasks = {t.task_id for t in dag.tasks}
    found = [f"task {name} is not in the manifest" for name in sorted(tasks - entry.tasks.keys())]
    found += [
        f"the manifest has a task {name} that the DAG has not" for name in sorted(entry.tasks.keys() - tasks)
    ]
    holders: dict[str, list[str]] = {}
    for name, task in sorted(entry.tasks.items()):
        node = node_of(entry, name)
        if node is not None:
            holders.setdefault(node, []).append(name)
        elif task.disposition != "contracted":
            found.append(f"task {name} is {task.disposition} and has neither asset nor op")
    return found + [
        f"tasks {', '.join(names)} are all {node}" for node, names in holders.items() if len(names) > 1
    ]


def _present(entry: DagEntry, nodes: Mapping[str, Any]) -> list[str]:
    found = []
    for name in sorted(entry.tasks):
        node = node_of(entry, name)
        if node is not None and (node not in nodes or nodes[node].get("external")):
            found.append(f"task {name} is to be {node}, which is not there")
    return found


def _edges(dag: Dag, entry: DagEntry, actual: Graph) -> list[str]:
    """The tasks right before each task, when contracted tasks and helper ops are seen through."""
    node = {t.task_id: node_of(entry, t.task_id) for t in dag.tasks if t.task_id in entry.tasks}
    back = {name: task_id for task_id, name in node.items() if name is not None}
    read: Graph = {t.task_id: t.upstream for t in dag.tasks}
    found: list[str] = []
    for task in dag.tasks:
        name = node.get(task.task_id)
        if name is None or name not in actual:
            continue
        wanted = _before(task.task_id, read, lambda t: node.get(t) is not None)
        there = {back[n] for n in _before(name, actual, lambda n: n in back)}
        found += [f"{up} → {task.task_id} is missing" for up in sorted(wanted - there)]
        found += [f"{up} → {task.task_id} is new" for up in sorted(there - wanted - _allowed(task, read))]
    return found


def not_waited_for(read: Graph, entry: DagEntry, loaded: Mapping[str, Any]) -> dict[str, set[str]]:
    """By task, those before it in Airflow, seen through contracted ones, that it does not wait for here at all."""
    nodes = _nodes(entry, loaded)
    actual = _graph(entry, nodes)
    node = {task_id: name for task_id in entry.tasks if (name := node_of(entry, task_id)) in nodes}
    found = {}
    for task_id in sorted(read.keys() & node.keys()):
        wanted = _before(task_id, read, lambda t: t in node)
        there = _all_before(node[task_id] or "", actual)
        if lost := {up for up in wanted if node[up] != node[task_id] and node[up] not in there}:
            found[task_id] = lost
    return found


def retries_of(entry: DagEntry, loaded: Mapping[str, Any]) -> dict[str, int]:
    """How often the step of each task is tried again, where it is one step."""
    nodes = _nodes(entry, loaded)
    found = {task_id: nodes.get(node_of(entry, task_id) or "", {}) for task_id in entry.tasks}
    return {t: n["retries"] for t, n in found.items() if "retries" in n and n.get("kind") != "graph"}


def _before(start: str, graph: Graph, stops: Callable[[str], bool]) -> set[str]:
    """The first nodes that `stops` accepts on each way back from a node."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = sorted(graph.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if stops(name):
            found.add(name)
        else:
            waiting += sorted(graph.get(name, ()))
    return found


def _allowed(task: Task, read: Graph) -> set[str]:
    """Edges that the DAG implies: to a task whose value is read, and to one further back."""
    return set(task.data_upstream) | _all_before(task.task_id, read)


def _all_before(task_id: str, read: Graph) -> set[str]:
    found: set[str] = set()
    waiting = sorted(read.get(task_id, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += sorted(read.get(name, ()))
    return found


def _retries(dag: Dag, entry: DagEntry, nodes: Mapping[str, Any]) -> list[str]:
    found = []
    for task in dag.tasks:
        name = node_of(entry, task.task_id) if task.task_id in entry.tasks else None
        there = nodes.get(name or "", {})
        if "retries" in there and there.get("kind") != "graph" and there["retries"] != task.retries:
            found.append(f"task {task.task_id} has {task.retries} retries, {name} has {there['retries']}")
    return found


def _schedule(dag: Dag, entry: DagEntry, loaded: Mapping[str, Any]) -> list[str]:
    """A schedule may have become a sensor, or have no form in Dagster, which a finding has told."""
    if entry.schedule is None or entry.schedule in loaded["sensors"]:
        return []
    if entry.schedule not in loaded["schedules"]:
        return [f"there is no schedule or sensor {entry.schedule}"]
    there = loaded["schedules"][entry.schedule]
    found = [] if there["job"] == entry.job else [f"{entry.schedule} starts {there['job']}, not {entry.job}"]
    if isinstance(dag.schedule, Cron):
        if plain(there["cron"]) != plain(dag.schedule.cron):
            found.append(f"runs at {dag.schedule.cron}, {entry.schedule} at {there['cron']}")
        if there["timezone"] != dag.schedule.timezone:
            found.append(f"is scheduled in {dag.schedule.timezone}, {entry.schedule} in {there['timezone']}")
    return found


def plain(cron: object) -> str:
    """One form for expressions that mean the same: names of days and months as numbers, Sunday as 0."""
    fields = Cron(str(cron)).cron.upper().split()
    if len(fields) != 5:
        return " ".join(fields)
    fields[3] = re.sub(r"[A-Z]{3}", lambda m: MONTHS.get(m[0], m[0]), fields[3])
    fields[4] = re.sub(r"[A-Z]{3}", lambda m: DAYS.get(m[0], m[0]), fields[4])
    fields[4] = re.sub(r"(?<![\d#/-])7(?!\d)", "0", fields[4])
    return " ".join(fields)
