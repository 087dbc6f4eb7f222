"""A value of the model as Python text."""

import math
from datetime import date, datetime, timedelta, timezone

from migrator.record import dataclass


@dataclass(frozen=True)
class Written:
    """The expression, and the import lines that it needs."""

    text: str
    imports: tuple[str, ...] = ()


def written(value: object) -> Written | None:
    """The expression of a value, the same in every run; None where there is none."""
    if isinstance(value, float) and not math.isfinite(value):
        return Written(f"float({str(value)!r})")
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return Written(repr(value))
    if isinstance(value, dict):
        return _mapping(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return _collection(value)
    return _moment(value)


def _mapping(value: dict[object, object]) -> Written | None:
    keys, values = [written(k) for k in value], [written(v) for v in value.values()]
    found = [one for one in (*keys, *values) if one is not None]
    if len(found) < 2 * len(value):
        return None
    pairs = zip(found[: len(value)], found[len(value) :], strict=True)
    return Written("{" + ", ".join(f"{k.text}: {v.text}" for k, v in pairs) + "}", _imports(found))


def _collection(value: list[object] | tuple[object, ...] | set[object] | frozenset[object]) -> Written | None:
    found = [one for item in value if (one := written(item)) is not None]
    if len(found) < len(value):
        return None
    texts = [one.text for one in found]
    if isinstance(value, (set, frozenset)):
        inner = "{" + ", ".join(sorted(texts)) + "}" if texts else "set()"
        return Written(inner if isinstance(value, set) else f"frozenset({inner})", _imports(found))
    if isinstance(value, list):
        return Written(f"[{', '.join(texts)}]", _imports(found))
    return Written(f"({', '.join(texts)}{',' if len(texts) == 1 else ''})", _imports(found))


def _imports(found: list[Written]) -> tuple[str, ...]:
    return tuple(sorted({line for one in found for line in one.imports}))


def _moment(value: object) -> Written | None:
    if isinstance(value, timedelta):
        parts = {"days": value.days, "seconds": value.seconds, "microseconds": value.microseconds}
        given = ", ".join(f"{name}={part}" for name, part in parts.items() if part)
        return Written(f"timedelta({given})", ("from datetime import timedelta",))
    if isinstance(value, datetime):
        if value.tzinfo is not timezone.utc:
            return None
        fields = [
            value.year,
            value.month,
            value.day,
            value.hour,
            value.minute,
            value.second,
            value.microsecond,
        ]
        while len(fields) > 3 and not fields[-1]:
            fields.pop()
        text = f"datetime({', '.join(map(str, fields))}, tzinfo=timezone.utc)"
        return Written(text, ("from datetime import datetime", "from datetime import timezone"))
    if isinstance(value, date):
        return Written(f"date({value.year}, {value.month}, {value.day})", ("from datetime import date",))
    return None
