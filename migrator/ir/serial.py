"""The model to and from JSON, with a format version. The form is stable: the same project gives the same text."""

import base64
import dataclasses
import json
import typing
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from migrator.ir import model, schedule, values
from migrator.ir.model import Project

FORMAT = 1
CLASSES: dict[str, type] = {
    found.__name__: found
    for module in (model, schedule, values)
    for found in vars(module).values()
    if isinstance(found, type) and dataclasses.is_dataclass(found)
}


def dumps(project: Project) -> str:
    """The project as JSON text."""
    return (
        json.dumps(
            {"version": FORMAT, "project": _dump(project)}, indent=1, sort_keys=True, ensure_ascii=False
        )
        + "\n"
    )


def loads(text: str) -> Project:
    """The project of a JSON text. Raises ValueError when it is not one of this format."""
    body = json.loads(text)
    if not isinstance(body, dict) or body.get("version") != FORMAT:
        raise ValueError(f"not a project of format {FORMAT}")
    found = _load(body["project"])
    if not isinstance(found, Project):
        raise ValueError("not a project")
    return found


def _dump(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _dump(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"": type(value).__name__, **fields}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, list):
        return [_dump(v) for v in value]
    if isinstance(value, (tuple, set, frozenset)):
        items = [_dump(v) for v in value]
        return {
            "": type(value).__name__,
            "items": items if isinstance(value, tuple) else sorted(items, key=json.dumps),
        }
    if isinstance(value, Mapping):
        return {"": "dict", "items": [[_dump(k), _dump(v)] for k, v in value.items()]}
    return _dump_scalar(value)


def _dump_scalar(value: object) -> object:
    if isinstance(value, datetime):
        return {"": "datetime", "value": value.isoformat(), "zone": getattr(value.tzinfo, "key", None)}
    if isinstance(value, date):
        return {"": "date", "value": value.isoformat()}
    if isinstance(value, timedelta):
        return {"": "timedelta", "value": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, bytes):
        return {"": "bytes", "value": base64.b64encode(value).decode()}
    return {"": "Unknown", "why": f"a {type(value).__name__}"}


def _load(value: object) -> object:
    if isinstance(value, list):
        return [_load(v) for v in value]
    if not isinstance(value, dict):
        return value
    kind = value[""]
    if kind in CLASSES:
        return CLASSES[kind](**{k: _load(v) for k, v in value.items() if k})
    if kind == "dict":
        return {_load(k): _load(v) for k, v in value["items"]}
    if kind in ("tuple", "set", "frozenset"):
        return {"tuple": tuple, "set": set, "frozenset": frozenset}[kind](_load(v) for v in value["items"])
    return _load_scalar(kind, value["value"], value.get("zone"))


def _load_scalar(kind: str, value: typing.Any, zone: str | None) -> object:
    if kind == "datetime":
        from zoneinfo import ZoneInfo

        found = datetime.fromisoformat(value)
        return found.astimezone(ZoneInfo(zone)) if zone else found
    plain: dict[str, typing.Callable[[], object]] = {
        "date": lambda: date.fromisoformat(value),
        "timedelta": lambda: timedelta(*value),
        "bytes": lambda: base64.b64decode(value),
    }
    if kind not in plain:
        raise ValueError(f"{kind} is not a part of the model")
    return plain[kind]()


__all__ = ["dumps", "loads"]
