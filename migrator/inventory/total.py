"""The needs of many DAGs together, added up one DAG at a time."""

from collections import Counter, defaultdict

from migrator.inventory.model import NAMES, Json


class Total:
    """Counts, so that a hundred thousand DAGs take no more memory than the names that they use."""

    def __init__(self) -> None:
        self._names: dict[str, Counter[str]] = {kind: Counter() for kind in (*NAMES, "default_connections")}
        self._templates: Counter[str] = Counter()
        self._produced: defaultdict[str, list[str]] = defaultdict(list)
        self._consumed: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, dag_id: str, inventory: Json) -> None:
        """One DAG's inventory, in the form of `Inventory.as_json`."""
        for kind, counter in self._names.items():
            counter.update(inventory.get(kind, ()))
        self._templates.update(inventory["templates"])
        for uri in inventory["datasets"]["produces"]:
            self._produced[uri].append(dag_id)
        for uri in inventory["datasets"]["consumes"]:
            self._consumed[uri].append(dag_id)

    def as_json(self) -> Json:
        """Names with the number of DAGs that need them; datasets with the DAGs themselves."""
        uris = sorted(self._produced.keys() | self._consumed.keys())
        return {
            **{kind: dict(sorted(counter.items())) for kind, counter in self._names.items()},
            "datasets": {
                uri: {
                    "producers": sorted(self._produced.get(uri, ())),
                    "consumers": sorted(self._consumed.get(uri, ())),
                }
                for uri in uris
            },
            "templates": dict(sorted(self._templates.items())),
        }
