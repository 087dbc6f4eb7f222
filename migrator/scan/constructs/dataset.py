"""`Dataset` and `Asset`: what they are called, and how `|` and `&` combine them into a schedule."""

import ast

from migrator.record import dataclass
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Opaque, Site, Thing
from migrator.scan.registry import means


class DatasetLike(Thing):
    """Anything that a DAG can wait for an update of."""

    def combine(
        self, run: Interpreter, operator: ast.operator, other: object, site: Site, swapped: bool
    ) -> object:
        """`a | b` and `a & b`."""
        if isinstance(operator, (ast.BitOr, ast.BitAnd)) and isinstance(other, DatasetLike):
            pair = (other, self) if swapped else (self, other)
            return Combined("any" if isinstance(operator, ast.BitOr) else "all", pair)
        return super().combine(run, operator, other, site, swapped)


@dataclass(eq=False)
class DatasetValue(DatasetLike):
    """One dataset; `kind` is the name of its class."""

    uri: str
    kind: str = "Dataset"
    watched: bool = False  # something outside of all DAGs updates it
    name: str | None = None  # where it is not the uri

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """What DAG files use of it."""
        if name in ("uri", "name"):
            return (self.name or self.uri) if name == "name" else self.uri
        return super().attribute(run, name, site)

    def source(self) -> str:
        """The canonical text."""
        return f"{self.kind}({self.name!r}, {self.uri!r})" if self.name else f"{self.kind}({self.uri!r})"

    @property
    def is_alias(self) -> bool:
        """Whether it stands for datasets that tasks add while they run."""
        return self.kind.endswith("Alias")


@dataclass(eq=False)
class Combined(DatasetLike):
    """Several datasets of which all or any must be updated."""

    needs: str
    parts: tuple[DatasetLike, ...]


def single(value: DatasetLike) -> list[DatasetValue]:
    """The datasets and aliases in it, in order."""
    if isinstance(value, DatasetValue):
        return [value]
    return [one for part in value.parts for one in single(part)] if isinstance(value, Combined) else []


def _dataset(run: Interpreter, call: Call, kind: str) -> object:
    uri = call.kwargs.get("uri", call.kwargs.get("name", call.args[0] if call.args else None))
    if len(call.args) > 1:
        uri = call.args[1]
    name = call.kwargs.get("name", call.args[0] if len(call.args) > 1 else None)
    if isinstance(uri, str):
        named = name if isinstance(name, str) and name != uri else None
        found = DatasetValue(uri, kind, "watchers" in call.kwargs, named)
        run.world.assets.setdefault(named or uri, found)
        return found
    return run.opaque(uri.why if isinstance(uri, Opaque) else "a dataset whose uri is not known", call.site)


@means("airflow.Dataset", "airflow.datasets.Dataset")
def dataset(run: Interpreter, call: Call) -> object:
    return _dataset(run, Call(call.args[:1], call.kwargs, call.site), "Dataset")


@means("airflow.sdk.Asset", "airflow.assets.Asset", "airflow.sdk.definitions.asset.Asset")
def asset(run: Interpreter, call: Call) -> object:
    return _dataset(run, call, "Asset")


@means(*(f"airflow.{home}.Asset.ref" for home in ("sdk", "assets", "sdk.definitions.asset")))
def reference(run: Interpreter, call: Call) -> object:
    """One of those that the file has made before, by its name; or the one of an address."""
    uri, name = call.kwargs.get("uri"), call.kwargs.get("name")
    if isinstance(uri, str):
        return DatasetValue(uri, "Asset")
    found = run.world.assets.get(name) if isinstance(name, str) else None
    return found or run.opaque("an asset that the file does not make before it is named", call.site)


@means("airflow.datasets.DatasetAlias")
def dataset_alias(run: Interpreter, call: Call) -> object:
    return _dataset(run, call, "DatasetAlias")


@means("airflow.sdk.AssetAlias", "airflow.sdk.definitions.asset.AssetAlias", "airflow.assets.AssetAlias")
def asset_alias(run: Interpreter, call: Call) -> object:
    return _dataset(run, call, "AssetAlias")


@means("airflow.datasets.DatasetAll", "airflow.sdk.AssetAll", "airflow.sdk.definitions.asset.AssetAll")
def all_of(run: Interpreter, call: Call) -> object:
    return _combined(run, call, "all")


@means("airflow.datasets.DatasetAny", "airflow.sdk.AssetAny", "airflow.sdk.definitions.asset.AssetAny")
def any_of(run: Interpreter, call: Call) -> object:
    return _combined(run, call, "any")


def _combined(run: Interpreter, call: Call, needs: str) -> object:
    parts = tuple(a for a in call.args if isinstance(a, DatasetLike))
    if len(parts) < len(call.args):
        return run.opaque("datasets that are not known", call.site)
    return Combined(needs, parts)


def read_only(name: str) -> Native:
    """A method that tells nothing."""
    return Native(name, lambda run, call: None)
