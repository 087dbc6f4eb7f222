"""A unit of code as it is run: with what its parameters are known to be, inside the code around it."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import field

from migrator.inventory.facts import STORING, stores_of
from migrator.inventory.units import Facts, Store, Unit
from migrator.record import dataclass
from migrator.scan.tree import walk

Values = tuple[object, ...]  # what something may be; UNKNOWN among them for anything else


class Unknown:
    """Stands for a value that is not known."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Beside:
    """A path below the scanned folder."""

    path: str


@dataclass(frozen=True)
class Uri:
    """A dataset, by its URI or name."""

    uri: str


@dataclass(eq=False)
class Env:
    """`given`: values of parameters; those of a class are the ones that it was called with."""

    path: str
    facts: Facts
    unit: Unit
    given: Mapping[str, Values] = field(default_factory=dict)
    outer: "Env | None" = None
    key: tuple[object, ...] = field(init=False)

    def __post_init__(self) -> None:
        known = tuple(sorted((name, repr(values)) for name, values in self.given.items()))
        self.key = (id(self.unit), known, self.outer.key if self.outer else None)

    def chain(self) -> Iterable["Env"]:
        """This one and those around it."""
        env: Env | None = self
        while env is not None:
            yield env
            env = env.outer


def parameters(unit: Unit) -> dict[str, ast.expr | None]:
    """The parameters of a function, or of a class's `__init__`, with their defaults; `self` is none."""
    if unit.parameters is None:
        unit.parameters = _parameters(unit)
    return unit.parameters


def _parameters(unit: Unit) -> dict[str, ast.expr | None]:
    node = unit.node
    if unit.kind == "class":
        init = unit.names.get("__init__")
        return dict(list(parameters(init).items())[1:]) if init else {}
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return {}
    positional = [*node.args.posonlyargs, *node.args.args]
    found: dict[str, ast.expr | None] = {a.arg: None for a in (*positional, *node.args.kwonlyargs)}
    if node.args.defaults:
        pairs = zip(positional[-len(node.args.defaults) :], node.args.defaults, strict=True)
        found.update({a.arg: default for a, default in pairs})
    found.update({a.arg: d for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d})
    return found


def stores_in(unit: Unit) -> dict[str, list[Store]]:
    """The names that a function or block gives values, with these; worked out when first asked."""
    if unit.stores is None:
        unit.stores = {}
        nodes = walk(unit.node) if unit.node is not None else []
        for node in [node for node in nodes if node.__class__ in STORING]:
            for name, store in stores_of(node):
                unit.stores.setdefault(name, []).append(store)
    return unit.stores


def attributes_of(unit: Unit) -> dict[str, list[ast.expr]]:
    """What `__init__` gives to `self.x`."""
    if unit.attributes is None:
        unit.attributes = {}
        init = unit.names.get("__init__")
        for node in walk(init.node) if init and init.node else ():
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                        unit.attributes.setdefault(target.attr, []).append(node.value)
    return unit.attributes
