"""How many hours a migration takes: a sum that can be followed item by item, from the rates in `migrator.rates`.

What stands once in the text is counted once: the places where tasks are made, not the tasks; a factory, not its DAGs.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from migrator.rates import BY_KEY, FURTHER, RATES
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.plan import Plan

Json = dict[str, Any]
Place = tuple[str, ...]

NAME = "stated rates, version 1"
STATED = "stated"  # the key of a DAG's hours that the plan gives
STATED_TEXT = "Hours that the plan states"
ASSUMPTIONS = (
    "No rate was measured: each is an assumption. After the first ten DAGs, put your own under `effort: rates:` in "
    "the plan.",
    "An hour is one of work by an engineer who knows both systems and the DAGs. Meetings, waiting, training and "
    "incidents are not in it.",
    "`migrate convert` and `migrate compare` do the typing. What is counted is deciding, reading, reworking what they "
    "could not convert, and looking at results.",
    "What stands once in the text is read once: tasks made by one call count as one step, and a DAG made by a factory "
    "that was read before costs the rate `copy`.",
    f"Rework of one kind costs its rate at the first place in a DAG, and {FURTHER:.0%} of it at each further place.",
    "Connections, Variables, pools, links between DAGs and operator classes without a rule count once for the project.",
    "Everything is moved. `landed` is the part until Dagster runs all DAGs, some of them unchanged through Airflow; "
    "the rest is the rework until Airflow can be switched off. DAGs that the plan lifts stay as they are.",
    "A DAG that the text alone does not tell (partial) is counted by what is known of it, and a reason for lifting may "
    "hide others: both make the estimate too low. `--airflow-python` finds more.",
    "The range divides and multiplies each rate by its spread, all in one direction: wrong rates do not cancel out.",
    "Hours are rounded to quarters, item by item; totals are sums of what is shown.",
)

# The rate of the work that removes a reason for lifting, by code, else by its first two letters. None: no work.
REWORK: Mapping[str, str | None] = {
    "SC": "rework_text",
    "OP": "rework_operator",
    "TM": "rework_time",
    "DP": "rework_data",
    "CF": "rework_flow",
    "EN": "rework_environment",
    "OP001": "operator_use",
    "OP044": "operator_use",
    "CF044": None,  # the plan says that it stays
    "SC046": None,  # there is nothing in it
}
ALWAYS = ("OP001", "OP044")  # cost work in a lifted DAG, whether or not another reason was found first
TOLD = ("EN", "TM", "OP040", "OP06", "CF046", "CF047", "CF048")  # of a bridged task, and no reason for it
# Part of the inventory → its rate. A connection that an operator takes by default has to be set up as well.
ONCE = {
    "connections": "connection",
    "default_connections": "connection",
    "variables": "variable",
    "pools": "pool",
}
DEFAULT_POOL = "default_pool"


@dataclass(frozen=True)
class Model:
    """The hours of each rate, and the DAGs for which the plan gives the hours itself."""

    rates: Mapping[str, float] = field(
        default_factory=lambda: {rate.key: float(rate.hours) for rate in RATES}
    )
    stated: Mapping[str, float] = field(default_factory=dict)

    def hours(self, key: str, count: float = 1) -> float:
        """What `count` of something cost, in quarter hours."""
        return quarters(self.rates[key] * count)

    def as_json(self) -> Json:
        """The model as a report shows it, with what the plan has changed."""
        changed = [rate.key for rate in RATES if self.rates[rate.key] != rate.hours]
        return {
            "name": NAME,
            "rates": {rate.key: self.rates[rate.key] for rate in RATES},
            "assumptions": list(ASSUMPTIONS),
            "overridden": changed,
            "stated": dict(sorted(self.stated.items())),
        }


def model(plan: "Plan | None" = None) -> Model:
    """The stated rates, with those of the plan in their place."""
    if plan is None:
        return Model()
    rates = {rate.key: float(plan.effort.rates.get(rate.key, rate.hours)) for rate in RATES}
    return Model(rates, {i: dag.effort for i, dag in sorted(plan.dags.items()) if dag.effort is not None})


def quarters(hours: float) -> float:
    """Rounded to quarter hours, halves up."""
    return math.floor(hours * 4 + 0.5) / 4


def of_file(dags: Iterable[Json], findings: Iterable[Json], model: Model) -> list[Json]:
    """The effort of each DAG of one file, in their order: text that several of them share is counted with the first."""
    by_dag: dict[object, list[Json]] = {}
    for finding in findings:
        by_dag.setdefault(finding["dag_id"], []).append(finding)
    seen: set[Place] = set()
    return [of_dag(dag, by_dag.get(dag["dag_id"], ()), model, seen) for dag in dags]


def of_dag(dag: Json, findings: Iterable[Json], model: Model, seen: set[Place] | None = None) -> Json:
    """Hours and items of one DAG. `findings` are its own; those that do not block cost a look when they are warnings.

    `seen` has the places that were counted with other DAGs of the file; this one's are added to it. In the answer
    `landed` is the part of `hours` until Dagster runs the DAG, and `operators` are its classes without a rule.
    """
    if dag["dag_id"] in model.stated:
        hours = quarters(model.stated[dag["dag_id"]])
        item = {"key": STATED, "what": STATED_TEXT, "count": 1, "hours": hours}
        return {"hours": hours, "landed": hours, "items": [item], "operators": []}
    if not dag["tasks"] and not dag["partial"]:
        return {"hours": 0.0, "landed": 0.0, "items": [], "operators": []}
    counted = _Counted(dag, list(findings), set() if seen is None else seen)
    now, later = counted.now(), counted.later()
    items = [_item(key, amount, model) for key, amount in [*now, *later]]
    landed = sum(item["hours"] for item in items[: len(now)])
    return {
        "hours": sum(item["hours"] for item in items),
        "landed": landed,
        "items": [item for item in items if item["hours"]],
        "operators": counted.operators(),
    }


def _item(key: str, count: int, model: Model) -> Json:
    weight = 1 + FURTHER * (count - 1) if key.startswith("rework_") else count
    return {"key": key, "what": BY_KEY[key].what, "count": count, "hours": model.hours(key, weight)}


class _Counted:
    """What there is to do for one DAG: pairs of a rate and how often."""

    def __init__(self, dag: Json, findings: Sequence[Json], seen: set[Place]) -> None:
        self.dag, self.findings = dag, findings
        self.lifted = dag["level"] == "lift"
        self.bridged = {t["task_id"] for t in dag["tasks"] if t["disposition"] == "bridged"}
        places = {
            _place("step", task, str(task["column"]), task["operator"])
            for task in dag["tasks"]
            if _has_work(task)
        }
        self.steps = places - seen
        self.copy = bool(places) and not self.steps
        self.rework = Counter(place[0] for place in self._rework() - seen)
        seen |= places | self._rework()

    def now(self) -> list[tuple[str, int]]:
        """Until Dagster runs it."""
        level = self.dag["level"]
        found = [("copy" if self.copy else f"review_{level}", 1), ("cutover", 1)]
        if not self.lifted and not self.copy:
            found += [("step", len(self.steps)), ("comparison", 1)]
        warnings = {f["code"] for f in self.findings if not f["blocking"] and f["severity"] == "warning"}
        return [*found, ("warning", len(warnings))] if warnings and not self.copy else found

    def later(self) -> list[tuple[str, int]]:
        """Until a lifted one, or one with bridged tasks, needs no Airflow: nothing where the plan has lifted it."""
        if not self.lifted:
            return sorted(self.rework.items())
        if any(f["code"] == "CF044" for f in self.findings):
            return []
        again = [] if self.copy else [("step", len(self.steps)), ("comparison", 1)]
        return [*sorted(self.rework.items()), *again]

    def operators(self) -> list[str]:
        """The classes of its tasks that no rule converts."""
        classes = {
            t["task_id"]: t["operator"]
            for t in self.dag["tasks"]
            if self.lifted or t["task_id"] in self.bridged
        }
        return sorted(
            {classes[f["task_id"]] for f in self.findings if f["code"] in ALWAYS and f["task_id"] in classes}
        )

    def _rework(self) -> set[Place]:
        """The places with a reason for lifting the DAG or bridging a task, each with the rate of the work."""
        reasons = (f for f in self.findings if f["blocking"] or f["code"] in ALWAYS)
        if not self.lifted:
            told = (f for f in self.findings if f["task_id"] in self.bridged)
            reasons = (f for f in told if not f["code"].startswith(TOLD))
        return {_place(key, f) for f in reasons if (key := rework_of(f["code"]))}


def _has_work(task: Json) -> bool:
    return bool(task["disposition"] != "contracted")


def _place(key: str, there: Json, *more: str) -> Place:
    return (key, there["file"], str(there["line"]), *more)


def rework_of(code: str) -> str | None:
    """The rate of the work that removes this reason for lifting; None when there is none to do."""
    return REWORK[code] if code in REWORK else REWORK.get(code[:2], "rework_text")


@dataclass
class Total:
    """The effort of a project, DAG by DAG; it keeps names and sums, and no DAG."""

    model: Model = field(default_factory=Model)
    counts: Counter[str] = field(default_factory=Counter)
    hours: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    levels: dict[str, float] = field(default_factory=lambda: {"asset": 0.0, "job": 0.0, "lift": 0.0})
    landed: float = 0.0
    once: dict[str, set[str]] = field(default_factory=lambda: {key: set() for key in ONCE.values()})
    operators: set[str] = field(default_factory=set)

    def add(self, dag: Json) -> None:
        """One DAG of the report; only `level`, `effort` and `inventory` of it are read."""
        effort = dag["effort"]
        self.levels[dag["level"]] = self.levels.get(dag["level"], 0.0) + effort["hours"]
        self.landed += effort["landed"]
        self.operators.update(effort["operators"])
        for part, key in ONCE.items():
            self.once[key].update(dag["inventory"].get(part, ()))
        for item in effort["items"]:
            self.counts[item["key"]] += item["count"]
            self.hours[item["key"]] += item["hours"]

    def as_json(self, links: Iterable[Json] = ()) -> Json:
        """The `effort` of the report; `links` are those of the whole project."""
        counts, hours = self.counts.copy(), self.hours.copy()
        shared = self._shared(links)
        for key, count in shared.items():
            counts[key], hours[key] = count, self.model.hours(key, count)
        keys = [key for key in [*BY_KEY, STATED] if hours[key]]
        total = sum(hours[key] for key in keys)
        now = sum(hours[key] for key in shared if key != "operator_class")
        return {
            "hours": total,
            "range": [_sum(hours, keys, -1), _sum(hours, keys, 1)],
            "landed": self.landed + now,
            "model": self.model.as_json(),
            "by_level": self.levels,
            "by_item": [{"key": k, "what": what(k), "count": counts[k], "hours": hours[k]} for k in keys],
        }

    def _shared(self, links: Iterable[Json]) -> dict[str, int]:
        """What is done once for the project, and how much of it there is."""
        pairs = {(link["from"], link["to"]) for link in links}
        names = {
            key: len(found - {DEFAULT_POOL} if key == "pool" else found) for key, found in self.once.items()
        }
        return {"setup": 1, **names, "link": len(pairs), "operator_class": len(self.operators)}


def what(key: str) -> str:
    """The line of an item."""
    return STATED_TEXT if key == STATED else BY_KEY[key].what


def _sum(hours: Mapping[str, float], keys: Iterable[str], direction: int) -> float:
    return quarters(sum(hours[k] * (BY_KEY[k].spread if k in BY_KEY else 1) ** direction for k in keys))
