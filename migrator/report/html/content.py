"""The data of the page, in the order in which it is written: totals, DAGs, what connects them, findings, code."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from migrator.findings import rule
from migrator.rates import RATES
from migrator.report.html.budget import Budget, Json, encode
from migrator.report.html.excerpts import excerpts
from migrator.report.html.rows import SEVERITIES, cut, dag_detail, dag_row, finding_row

# Up to which part of the page each section may fill it; what a section leaves free goes to the next.
CEILINGS = {"dags": 0.60, "links": 0.66, "inventory": 0.72, "findings": 0.88, "code": 0.98}
ROW = 300  # characters of a DAG in the list, about: room that details must leave for the DAGs that follow
FINDINGS = 20_000  # of one severity; more would not fit anyway
BEST = 500  # names of one kind in the inventory


class Scan(Protocol):
    """What a report needs of a survey."""

    @property
    def root(self) -> Path: ...
    @property
    def summary(self) -> Json: ...
    @property
    def inventory(self) -> Json: ...
    @property
    def links(self) -> list[Json]: ...
    @property
    def waves(self) -> list[Json]: ...
    @property
    def effort(self) -> Json: ...

    def head(self) -> Json: ...
    def dags(self) -> Iterator[Json]: ...
    def findings(self) -> Iterator[Json]: ...


def pieces(scan: Scan, room: int) -> Iterator[str]:
    """The data as JSON text, at most `room` characters of it."""
    budget, ceiling = Budget(), {name: int(room * part) for name, part in CEILINGS.items()}
    findings, found = _gather(scan)
    head = {**scan.head(), "root": scan.root.name, "effort": scan.effort}
    head["summary"] = {
        **scan.summary,
        "operators": dict(Counter(scan.summary["operators"]).most_common(BEST)),
    }
    head["rules"] = _titles(scan.summary.get("findings", {}))
    head["rates"] = [[r.key, r.what, r.unit, r.why, r.spread] for r in RATES]
    head["waves"] = [_wave(wave) for wave in scan.waves]
    text = encode(head).removesuffix("}")
    budget.written += len(text)
    yield text + ',"dags":'
    places: dict[str, int] = {}
    shown = yield from budget.rows(
        "DAGs", _dags(scan, found, places, budget, ceiling["dags"]), ceiling["dags"]
    )
    places = {dag_id: place for dag_id, place in places.items() if place < shown}
    yield ',"links":'
    links = ([_end(link[k], places) for k in ("from", "to")] + _link(link, budget) for link in scan.links)
    yield from budget.rows("links between DAGs", links, ceiling["links"])
    yield ',"inventory":'
    yield from _inventory(scan.inventory, places, budget, ceiling["inventory"])
    yield ',"findings":'
    made = (finding_row(f, places, budget.strings) for f in findings)
    total = sum(scan.summary["severities"].values())
    shown = yield from budget.rows("findings", made, ceiling["findings"], total)
    yield ',"code":'
    code = excerpts(scan.root, findings[:shown], budget.strings)
    yield from budget.rows("excerpts of code", code, ceiling["code"])
    yield f',"left_out":{encode(budget.left_out)},"strings":{encode(budget.strings.all())}}}'


def _gather(scan: Scan) -> tuple[list[Json], Mapping[str, list[int]]]:
    """The findings, the worst first, and how many of each severity every DAG has."""
    kept: dict[str, list[Json]] = {severity: [] for severity in SEVERITIES}
    found: dict[str, list[int]] = defaultdict(lambda: [0] * len(SEVERITIES))
    for finding in scan.findings():
        severity, dag_id = finding["severity"], finding.get("dag_id")
        if len(kept[severity]) < FINDINGS:
            kept[severity].append(finding)
        if dag_id is not None:
            found[dag_id][SEVERITIES.index(severity)] += 1
    return [f for severity in SEVERITIES for f in kept[severity]], found


def _dags(
    scan: Scan, found: Mapping[str, list[int]], places: dict[str, int], budget: Budget, ceiling: int
) -> Iterator[Json]:
    """Rows of DAGs; those that come first have their details, as long as the rows of the others fit as well."""
    total, detailed = int(scan.summary["dags"]), 0
    for number, dag in enumerate(scan.dags()):
        row = dag_row(dag, found.get(dag["dag_id"], ()), budget.strings)
        places.setdefault(dag["dag_id"], number)
        detailed += _detailed(row, dag, budget, ceiling - (total - number) * ROW)
        yield row
    budget.miss("DAGs with their tasks", detailed, total)


def _detailed(row: Json, dag: Json, budget: Budget, ceiling: int) -> bool:
    """Whether there was room for the details, which are then in the row."""
    known = len(budget.strings)
    if budget.spent >= ceiling:
        return False
    row["detail"] = dag_detail(dag, budget.strings)
    if budget.spent + len(encode(row)) <= ceiling:
        return True
    del row["detail"]
    budget.strings.back_to(known)
    return False


def _end(dag_id: str | None, places: Mapping[str, int]) -> object:
    return places.get(str(dag_id), cut(dag_id))


def _link(link: Json, budget: Budget) -> list[object]:
    via = budget.strings.number(str(cut(link.get("via") or "")))
    return [budget.strings.number(link["kind"]), via, 1 if link.get("missing") else 0]


def _wave(wave: Json) -> Json:
    """A wave without its DAGs: the row of each DAG says where it belongs."""
    rest = {k: v for k, v in wave.items() if k != "dags"}
    return {**rest, "count": len(wave["dags"]), "cycles": [c[:50] for c in wave.get("cycles", ())[:50]]}


def _inventory(inventory: Json, places: Mapping[str, int], budget: Budget, ceiling: int) -> Iterator[str]:
    """For each kind its names with the number of DAGs, the most used first; a dataset has the DAGs of both sides."""
    separator = "{"
    for kind, names in inventory.items():
        yield f"{separator}{encode(kind)}:"
        separator = ","
        if kind == "datasets":
            made: Iterable[object] = (
                [
                    cut(uri),
                    *([_end(d, places) for d in sides.get(s, ())[:50]] for s in ("producers", "consumers")),
                ]
                for uri, sides in sorted(names.items())[:BEST]
            )
        else:
            made = ([cut(name), count] for name, count in Counter[str](names).most_common(BEST))
        yield from budget.rows(f"{kind} in the inventory", made, ceiling, len(names))
    yield "{}" if separator == "{" else "}"


def _titles(codes: Mapping[str, int]) -> Json:
    """The title of each code; a code of a plug-in that is gone has none."""
    titles = {}
    for code in codes:
        try:
            titles[code] = rule(code).title
        except KeyError:
            continue
    return titles
