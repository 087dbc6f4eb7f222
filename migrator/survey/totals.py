"""What is true of the whole project: counts over its DAGs and its findings."""

from collections import Counter
from collections.abc import Iterable

from migrator.survey.unit import Json


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

    def add_findings(self, findings: Iterable[Json]) -> None:
        """Findings as the report has them."""
        for finding in findings:
            self.counters["findings"][finding["code"]] += 1
            self.counters["severities"][finding["severity"]] += 1
            self.numbers["blocking"] += finding["blocking"]

    def as_json(self, files: int) -> Json:
        """`files`: how many Python files there are."""
        numbers = {name: self.numbers[name] for name in ("dags", "partial", "tasks", "blocking")}
        counted = {name: dict(sorted(found.items())) for name, found in self.counters.items()}
        return {"files": files, "dag_files": len(self.files), **numbers, **counted}
