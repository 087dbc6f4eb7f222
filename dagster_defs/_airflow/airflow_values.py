"""Values on their way to the user's Airflow and back: JSON, Parquet files for frames, and pickles for the rest.

A pickle from the other interpreter may name classes that are not here, and pickles run code. So only plain types
are read from it; what else comes is an `Opaque`, which another task in Airflow can be given as it is.
"""

import importlib
import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What both interpreters have, and what does nothing when it is made.
PLAIN = {
    "builtins": {"bytearray", "complex", "frozenset", "range", "set", "slice"},
    "collections": {"OrderedDict", "deque"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "uuid": {"UUID", "SafeUUID"},
    "zoneinfo": {"ZoneInfo", "ZoneInfo._unpickle"},
}
PROTOCOL = 4  # of pickles; that of Python 3.7


@dataclass(frozen=True)
class Opaque:
    """A value that only Airflow's interpreter can read: what it is there, and the nearest that JSON has."""

    kind: str
    text: str
    data: bytes | None
    near_json: Any = None


def encoded(value: Any, folder: Path, name: str) -> dict[str, Any]:
    """The value as JSON, or a file in the folder."""
    if isinstance(value, Opaque):
        if value.data is None:
            raise ValueError(f"{name} is a {value.kind}, which could not be pickled: {value.text}")
        return _file(folder, f"{name}.pickle", value.data, "opaque")
    if _is_json(value):
        return {"json": value}
    library = type(value).__module__.split(".")[0]
    if type(value).__name__ == "DataFrame" and library in ("pandas", "polars"):
        path = folder / f"{name}.parquet"
        value.to_parquet(path) if library == "pandas" else value.write_parquet(path)
        return {"parquet": path.name, "library": library}
    return _file(folder, f"{name}.pickle", pickle.dumps(value, PROTOCOL), "opaque")


def decoded(value: Mapping[str, Any], folder: Path) -> Any:
    """What `encoded`, or Airflow's side, has made of a value."""
    if "parquet" in value:
        library = importlib.import_module(value.get("library") or "pandas")
        return library.read_parquet(folder / value["parquet"])
    if "opaque" not in value:
        return value["json"]
    data = (folder / value["opaque"]).read_bytes() if value["opaque"] else None
    try:
        return _Plain(io.BytesIO(data or b"")).load()
    except Exception:  # a class that is not plain, or none that pickle knows
        return Opaque(value["type"], value["repr"], data, value.get("near_json"))


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name not in PLAIN.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name} is not plain")
        return super().find_class(module, name)


def _file(folder: Path, name: str, data: bytes, kind: str) -> dict[str, Any]:
    (folder / name).write_bytes(data)
    return {kind: name}


def _is_json(value: Any) -> bool:
    """Whether JSON gives back the very same value: not so for a tuple, a subclass, a number as key."""
    if value is None or type(value) in (str, int, bool, float):
        return True
    if type(value) is list:
        return all(map(_is_json, value))
    return type(value) is dict and all(type(k) is str and _is_json(v) for k, v in value.items())
