"""What is true of the whole project: counts over its DAGs and its findings."""

from collections import Counter
from collections.abc import Iterable

from migrator.findings import Finding, rule
from migrator.inventory.total import Total as InventoryTotal
from migrator.record import dataclass
from migrator.survey import effort, waves
from migrator.survey.unit import Json


@dataclass(frozen=True)
class Totals:
    """The parts of a report that are about the whole project; `findings` came up on the way."""

    summary: "Summary"
    inventory: Json
    links: list[Json]
    waves: list[Json]
    effort: Json
    findings: list[Finding]


def totals(heads: Iterable[Json], model: effort.Model) -> Totals:
    """Adds up the heads of all DAGs in one pass; the summary still lacks the findings."""
    summary, needs, hours = Summary(), InventoryTotal(), effort.Total(model)
    order: list[waves.Head] = []
    for head in heads:
        summary.add_dag(head)
        needs.add(head["dag_id"], head["inventory"])
        hours.add(head)
        order.append(waves.head(head))
    links, found = waves.links(order), waves.waves(order)
    told = waves.findings(order, found)
    return Totals(summary, needs.as_json(), links, found, hours.as_json(links), told)


class Summary:
    """Grows DAG by DAG and finding by finding, so that none of them has to be kept."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.numbers: Counter[str] = Counter()
        self.counters: dict[str, Counter[str]] = {
            name: Counter() for name in ("operators", "levels", "dispositions", "findings", "severities")
        }

    def add_dag(self, head: Json) -> None:
        """A DAG's head."""
        self.files.add(head["file"])
        self.numbers["dags"] += 1
        self.numbers["partial"] += head["partial"]
        self.numbers["tasks"] += head["counts"]["tasks"]
        self.counters["levels"][head["level"]] += 1
        for name in ("operators", "dispositions"):
            self.counters[name].update(head["counts"][name])

    def add_findings(self, counts: Iterable[tuple[str, int, int]]) -> None:
        """Codes, each with the number of its findings and of the blocking ones among them."""
        for code, count, blocking in counts:
            self.counters["findings"][code] += count
            self.counters["severities"][rule(code).severity] += count
            self.numbers["blocking"] += blocking

    def as_json(self, files: int) -> Json:
        """`files`: how many Python files there are."""
        numbers = {name: self.numbers[name] for name in ("dags", "partial", "tasks", "blocking")}
        counted = {name: dict(sorted(found.items())) for name, found in self.counters.items()}
        return {"files": files, "dag_files": len(self.files), **numbers, **counted}
