"""In which order DAGs move: what depends on a DAG moves before it, and DAGs in a circle move together.

A Dagster sensor can watch an Airflow DAG, but an Airflow DAG cannot wait for Dagster: so the last in a chain is the
first to move.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple

from migrator.findings import Finding
from migrator.ir import Origin
from migrator.record import dataclass

Json = dict[str, Any]
# Links that one dataset gives; where there would be more, each producer and each consumer has one, marked as a sample.
PAIRS = 200


class Link(NamedTuple):
    """What one task says of another DAG."""

    kind: str  # waits_for, triggers
    dag_id: str
    task_id: str | None
    line: int


class Head(NamedTuple):
    """The part of a DAG that decides when it moves."""

    dag_id: str
    file: str
    line: int
    level: str
    hours: float
    links: tuple[Link, ...] = ()
    produces: tuple[str, ...] = ()
    consumes: tuple[str, ...] = ()


def head(dag: Json) -> Head:
    """The head of a DAG of the report. A link whose other end is not known is left out: CF007 tells it."""
    data = dag["inventory"]["datasets"]
    links = tuple(
        Link(found["kind"], found["dag_id"], found["task_id"], found["line"])
        for found in dag["links"]
        if found["dag_id"] and "{{" not in found["dag_id"]
    )
    return Head(
        dag["dag_id"],
        dag["file"],
        dag["line"],
        dag["level"],
        dag["effort"]["hours"],
        links,
        tuple(data["produces"]),
        tuple(data["consumes"]),
    )


def links(heads: Sequence[Head]) -> list[Json]:
    """All links of the project, sorted: `from` runs before `to`. `missing`: the other end was not scanned."""
    known = {one.dag_id for one in heads}
    found = {
        (*_ends(one, link), link.kind, link.task_id or "", link.dag_id not in known)
        for one in heads
        for link in one.links
    }
    said = [
        {"from": first, "to": then, "kind": kind, "via": via, "missing": missing}
        for first, then, kind, via, missing in sorted(found)
    ]
    return said + list(_dataset_links(heads))


def _ends(one: Head, link: Link) -> tuple[str, str]:
    """Which DAG runs first, and which then."""
    return (link.dag_id, one.dag_id) if link.kind == "waits_for" else (one.dag_id, link.dag_id)


def _dataset_links(heads: Sequence[Head]) -> Iterator[Json]:
    for uri, (producers, consumers) in sorted(_datasets(heads).items()):
        few = len(producers) * len(consumers) <= PAIRS or 1 in (len(producers), len(consumers))
        for first, then in _pairs(producers, consumers) if few else _sample(producers, consumers):
            link: Json = {"from": first, "to": then, "kind": "dataset", "via": uri, "missing": False}
            yield link if few else {**link, "sample": True}


def _pairs(producers: Sequence[str], consumers: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((producer, consumer) for producer in producers for consumer in consumers)


def _sample(producers: Sequence[str], consumers: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from ((producer, consumers[0]) for producer in producers)
    yield from ((producers[0], consumer) for consumer in consumers[1:])


def _datasets(heads: Sequence[Head]) -> dict[str, tuple[list[str], list[str]]]:
    """By address its producers and consumers, sorted."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for one in heads:
        for uri in one.produces:
            found.setdefault(uri, (set(), set()))[0].add(one.dag_id)
        for uri in one.consumes:
            found.setdefault(uri, (set(), set()))[1].add(one.dag_id)
    return {uri: (sorted(producers), sorted(consumers)) for uri, (producers, consumers) in found.items()}


def waves(heads: Sequence[Head]) -> list[Json]:
    """Each DAG in one wave, wave 1 first. Within a wave the cheapest stand first, and the DAGs of a cycle together."""
    by_id: dict[str, list[Head]] = {}
    for one in heads:
        by_id.setdefault(one.dag_id, []).append(one)
    found: dict[int, list[_Group]] = {}
    for number, members in _numbered(_graph(heads), len(by_id)):
        ids = tuple(sorted(members))
        hours = sum(one.hours for dag_id in ids for one in by_id[dag_id])
        found.setdefault(number, []).append(_Group(hours, ids))
    return [_wave(number, sorted(found[number]), by_id) for number in sorted(found)]


class _Group(NamedTuple):
    """DAGs that move together: one, or a cycle."""

    hours: float
    ids: tuple[str, ...]


def _wave(number: int, groups: Sequence[_Group], by_id: Mapping[str, Sequence[Head]]) -> Json:
    ids = [dag_id for group in groups for dag_id in group.ids]
    levels = {"asset": 0, "job": 0, "lift": 0}
    for dag_id in ids:
        for one in by_id[dag_id]:
            levels[one.level] = levels.get(one.level, 0) + 1
    return {
        "wave": number,
        "dags": ids,
        "hours": sum(group.hours for group in groups),
        "levels": levels,
        "cycles": [list(group.ids) for group in groups if len(group.ids) > 1],
    }


@dataclass
class _Graph:
    """Numbered nodes and what follows each. DAGs come first; a dataset is a node too, which keeps the edges few."""

    names: list[str]
    after: list[list[int]] = field(default_factory=list)


def _graph(heads: Sequence[Head]) -> _Graph:
    names = sorted({one.dag_id for one in heads})
    number = {name: i for i, name in enumerate(names)}
    after: list[list[int]] = [[] for _ in names]
    for one in heads:
        for link in one.links:
            first, then = _ends(one, link)
            if first in number and then in number:
                after[number[first]].append(number[then])
    for producers, consumers in _datasets(heads).values():
        after.append([number[c] for c in consumers])
        for producer in producers:
            after[number[producer]].append(len(after) - 1)
    return _Graph(names, after)


def _numbered(graph: _Graph, dags: int) -> Iterator[tuple[int, list[str]]]:
    """Each strongly connected component with its wave: one more than the highest of what follows it."""
    wave = [0] * len(graph.after)
    for component in _components(graph.after):
        inside = set(component)
        highest = max(
            (wave[then] for node in component for then in graph.after[node] if then not in inside), default=0
        )
        members = [graph.names[node] for node in component if node < dags]
        for node in component:
            wave[node] = highest + bool(members)
        if members:
            yield highest + 1, members


def _components(after: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Tarjan's strongly connected components, without recursion: each comes after all that follow it."""
    order = [-1] * len(after)  # when a node was first seen
    lowest = [0] * len(after)  # the first seen node that it leads back to
    open_ = [False] * len(after)
    path: list[int] = []
    count = 0
    for root in range(len(after)):
        if order[root] >= 0:
            continue
        calls = [(root, iter(after[root]))]
        while calls:
            node, rest = calls[-1]
            if order[node] < 0:
                order[node] = lowest[node] = count
                count += 1
                path.append(node)
                open_[node] = True
            for then in rest:
                if order[then] < 0:
                    calls.append((then, iter(after[then])))
                    break
                if open_[then]:
                    lowest[node] = min(lowest[node], order[then])
            else:
                calls.pop()
                if calls:
                    caller = calls[-1][0]
                    lowest[caller] = min(lowest[caller], lowest[node])
                if lowest[node] == order[node]:
                    yield _taken(path, node, open_)


def _taken(path: list[int], until: int, open_: list[bool]) -> list[int]:
    """The end of the path from that node on, which is taken off it."""
    found = []
    while True:
        node = path.pop()
        open_[node] = False
        found.append(node)
        if node == until:
            return found


def findings(heads: Sequence[Head], found: Iterable[Json]) -> list[Finding]:
    """CF008 for each cycle of these waves, at its first DAG; CF009 for each link to a DAG that was not scanned."""
    place = {one.dag_id: one for one in reversed(heads)}
    told = []
    for cycle in (cycle for wave in found for cycle in wave["cycles"]):
        first = place[cycle[0]]
        text = f"{len(cycle)} DAGs depend on each other: {', '.join(cycle)}"
        told.append(Finding("CF008", text, Origin(first.file, first.line), first.dag_id))
    for one in heads:
        for link in one.links:
            if link.dag_id not in place:
                verb = "waits for" if link.kind == "waits_for" else "starts"
                text = f"{verb} {link.dag_id}, which is not among the scanned DAGs"
                told.append(Finding("CF009", text, Origin(one.file, link.line), one.dag_id, link.task_id))
    return told
