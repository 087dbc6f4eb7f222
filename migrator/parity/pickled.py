"""What a pickle holds, read without running it: every class and function in it is a stand-in that only remembers.

So arrays, dataclasses, models and other objects are compared by what they were made of, also where their libraries are
not installed here. Nothing of them is imported or called.
"""

import io
import pickle
from pathlib import Path
from typing import Any

from migrator.record import dataclass
from migrator.runtime.airflow_values import PLAIN

AIRFLOW_MODULE = "unusual_prefix_"  # what Airflow calls the module of a DAG file
MOST = 50_000_000  # bytes that are read
RESTORING = {
    "numpy.core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy.dtype",
    "numpy.ndarray",
}
MAKING = {"copyreg._reconstructor", "copyreg.__newobj__", "builtins.object"}


@dataclass(frozen=True)
class Read:
    """`form`: equal values have equal forms. `transparent`: whether a difference of forms is one of values."""

    form: object
    transparent: bool


class StandIn:
    """An object as its pickle makes it: from what, and with which state and items."""

    kind = ""

    def __new__(cls, *args: object, **named: object) -> "StandIn":
        """Remembers, and calls nothing."""
        self = super().__new__(cls)
        self.args, self.named, self.state, self.items, self.pairs = args, named, None, [], []
        return self

    def __init__(self, *args: object, **named: object) -> None:
        self.args: tuple[object, ...]
        self.named: dict[str, object]
        self.state: object
        self.items: list[object]
        self.pairs: list[tuple[object, object]]

    def __setstate__(self, state: object) -> None:
        self.state = state

    def append(self, item: object) -> None:
        """As a list."""
        self.items.append(item)

    def extend(self, items: list[object]) -> None:
        """As a list."""
        self.items.extend(items)

    def __setitem__(self, key: object, value: object) -> None:
        self.pairs.append((key, value))

    def __hash__(self) -> int:
        return hash(self.kind)

    def __eq__(self, other: object) -> bool:
        return self is other


class Reader(pickle.Unpickler):
    """Knows plain types of the standard library alone."""

    def __init__(self, data: bytes, own: str) -> None:
        super().__init__(io.BytesIO(data))
        self.own = own
        self.kinds: dict[str, type[StandIn]] = {}

    def find_class(self, module: str, name: str) -> Any:
        """The plain type, or a stand-in."""
        if name in PLAIN.get(module, ()):
            return super().find_class(module, name)
        kind = name if module == self.own else kind_of(f"{module}.{name}")
        return self.kinds.setdefault(kind, type(name, (StandIn,), {"kind": kind}))


def kind_of(dotted: str) -> str:
    """The name of a class, the same on both sides: numpy has moved, and a DAG file is another module in Dagster."""
    if dotted.startswith(AIRFLOW_MODULE):
        return dotted.rpartition(".")[2]
    return dotted.replace("numpy._core.", "numpy.core.", 1)


def read(path: Path, own: str = "") -> Read | None:
    """The form of the value, or None where there is too much of it, or something that only its library can read.

    `own`: the module that the DAG file has become, whose classes go by their names alone.
    """
    try:
        if path.stat().st_size > MOST:
            return None
        reader = Reader(path.read_bytes(), own)
        value = reader.load()
        return Read(_form(value, ()), all(map(_transparent, reader.kinds)))
    except (
        pickle.UnpicklingError,
        RecursionError,
        EOFError,
        OSError,
        AttributeError,
        TypeError,
        ValueError,
        KeyError,
    ):
        return None


def _transparent(kind: str) -> bool:
    """Whether objects of the class are what they were made of, with no caches or layouts of a library inside."""
    return (
        kind in RESTORING
        or kind in MAKING
        or not kind.startswith(("pandas.", "polars.", "pyarrow.", "scipy."))
    )


def _form(value: object, above: tuple[int, ...]) -> object:
    """`above`: the objects that this one is in, since an object may hold itself."""
    if isinstance(value, StandIn | dict | set | frozenset | list | tuple):
        if id(value) in above:
            return ("the one above, by levels", len(above) - above.index(id(value)))
        return _form_of_many(value, (*above, id(value)))
    if isinstance(value, type):
        return ("class", getattr(value, "kind", value.__qualname__))
    if isinstance(value, float):
        return ("float", repr(value + 0.0))
    return (type(value).__name__, repr(value))


def _form_of_many(value: object, above: tuple[int, ...]) -> object:
    if isinstance(value, StandIn):
        parts = [_form(part, above) for part in (value.args, value.named, value.state, value.items)]
        return ("object", value.kind, *parts, _pairs(value.pairs, above))
    if isinstance(value, dict):
        return (type(value).__name__, _pairs(list(value.items()), above))
    assert isinstance(value, set | frozenset | list | tuple)
    parts = [_form(item, above) for item in value]
    return (
        type(value).__name__,
        tuple(parts if isinstance(value, list | tuple) else sorted(parts, key=repr)),
    )


def _pairs(pairs: list[tuple[Any, Any]], above: tuple[int, ...]) -> object:
    """Their order means nothing."""
    return tuple(sorted(((_form(key, above), _form(item, above)) for key, item in pairs), key=repr))
