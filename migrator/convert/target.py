"""What a DAG becomes, as a small graph to look at: the assets, ops or steps, and what follows what."""

from collections.abc import Iterator, Mapping

from migrator.convert import naming
from migrator.convert.decide import Decision
from migrator.ir import Dag, Task
from migrator.record import dataclass
from migrator.runtime.airflow_names import op_names

KINDS = {"asset": "asset", "job": "op", "lift": "step"}


@dataclass(frozen=True)
class Node:
    """One asset, op or step, and the tasks that it stands for."""

    name: str
    kind: str  # asset, op, step
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """`edges` are pairs of names: what comes before, and what follows it."""

    job: str
    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]


def asset_key(dag: Dag, task: Task, label: str | None = None) -> tuple[str, ...]:
    """The key of the asset that holds what a task returned; `label` is the plan's name for it."""
    above = map(naming.key_part, (dag.dag_id, *naming.path(task)[:-1]))
    return (*above, label or naming.key_part(naming.path(task)[-1]))


def target(decision: Decision, labels: Mapping[str, str]) -> Target:
    """The graph of a DAG after the decision; `labels` are the plan's names for assets, by task id."""
    dag = decision.dag
    kept = {t.task_id: t for t in dag.tasks if t.task_id not in decision.contracted}
    if decision.level == "asset":
        names = {i: "/".join(asset_key(dag, t, labels.get(i))) for i, t in kept.items()}
    else:
        names = op_names(kept)
    nodes = tuple(Node(names[i], KINDS[decision.level], (i,)) for i in kept)
    tasks = {t.task_id: t for t in dag.tasks}
    edges = {(names[up], names[i]) for i in kept for up in _before(tasks, kept, i)}
    return Target(naming.job(dag.dag_id), nodes, tuple(sorted(edges)))


def _before(tasks: Mapping[str, Task], kept: Mapping[str, Task], task_id: str) -> Iterator[str]:
    """The tasks that a task follows once those that were contracted are gone."""
    waiting, seen = list(kept[task_id].upstream), set[str]()
    while waiting:
        one = waiting.pop()
        if one in seen or one not in tasks:
            continue
        seen.add(one)
        if one in kept:
            yield one
        else:
            waiting += tasks[one].upstream
