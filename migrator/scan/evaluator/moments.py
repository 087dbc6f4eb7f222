"""Attributes and methods of dates, times and distances: Python's own, and those of pendulum."""

import calendar
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native

FIELDS = ("year", "month", "day", "hour", "minute", "second", "microsecond")  # the large ones first
ATTRIBUTES = frozenset([*FIELDS, "days", "seconds", "microseconds", "tzinfo", "min", "max"])
TEXTS = ("isoformat", "strftime", "timetuple", "timestamp", "total_seconds")
PLAIN = frozenset([*TEXTS, "date", "time", "replace", "weekday", "isoweekday"])
FIRST = dict(zip(FIELDS, (1, 1, 1, 0, 0, 0, 0), strict=True))
LENGTHS = ("weeks", "days", "hours", "minutes", "seconds", "microseconds")

Method = Callable[[datetime, Call], datetime | None]


def zone(value: object) -> tzinfo | None:
    """A time zone by name or as it is."""
    if isinstance(value, tzinfo):
        return value
    if not isinstance(value, str):
        return None
    if value.upper() in ("UTC", "Z", "GMT"):
        return timezone.utc
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def moment_attribute(run: Interpreter, value: object, name: str) -> object | None:
    """`value.name` of a date, time or distance; None when that is not known here."""
    if name in ATTRIBUTES:
        return getattr(value, name, None)
    if isinstance(value, datetime) and name in METHODS:
        return Native(name, lambda run, call: _called(run, lambda: METHODS[name](value, call), call))
    if name in PLAIN:
        return Native(name, lambda run, call: _called(run, lambda: _plain(value, name, call), call))
    return None


def _called(run: Interpreter, method: Callable[[], object | None], call: Call) -> object:
    if call.unknown or not bounds.known(call.args) or not bounds.known(call.kwargs):
        return run.opaque("a date from parts that are not known", call.site)
    try:
        found = method()
    except (TypeError, ValueError, OverflowError):
        found = None
    return run.opaque("a date that is not known", call.site) if found is None else found


def _plain(value: object, name: str, call: Call) -> object:
    return getattr(value, name)(*call.args, **call.kwargs)


def _zoned(value: datetime, call: Call) -> datetime | None:
    """The same moment elsewhere; one without a time zone is of the machine's, which is not known."""
    found = zone(call.first("tz"))
    return value.astimezone(found) if found is not None and value.tzinfo is not None else None


def _moved(sign: int) -> Method:
    def moved(value: datetime, call: Call) -> datetime | None:
        """By the calendar and the clock on the wall; by hours and less alone, the time that passes."""
        parts = dict(zip(("years", "months", *LENGTHS), call.args, strict=False)) | call.kwargs
        amounts = {name: sign * amount for name, amount in parts.items() if isinstance(amount, (int, float))}
        if len(amounts) < len(parts):
            return None
        months = 12 * amounts.pop("years", 0) + amounts.pop("months", 0)
        if months != int(months):
            return None
        distance = timedelta(**amounts)
        if value.tzinfo is not None and not months and not any(map(amounts.get, ("weeks", "days"))):
            return (value.astimezone(timezone.utc) + distance).astimezone(value.tzinfo)
        return _existing(_by_months(value, int(months)) + distance)

    return moved


def _by_months(value: datetime, months: int) -> datetime:
    """The same day of another month, or its last."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    day = min(value.day, calendar.monthrange(year, month + 1)[1])
    return value.replace(year=year, month=month + 1, day=day)


def _existing(value: datetime) -> datetime | None:
    """None for a time that clocks skip or show twice: pendulum has a rule of its own for each."""
    early, late = value.replace(fold=0).utcoffset(), value.replace(fold=1).utcoffset()
    return value if early == late else None


def _start_of(value: datetime, call: Call) -> datetime | None:
    unit = call.first("unit")
    if unit == "week":
        value, unit = value - timedelta(days=value.weekday()), "day"
    if not isinstance(unit, str) or unit not in FIELDS:
        return None
    smaller = FIELDS[FIELDS.index(unit) + 1 :]
    return _existing(_with(value, {name: FIRST[name] for name in smaller}))


def _end_of(value: datetime, call: Call) -> datetime | None:
    first, unit = _start_of(value, call), call.first("unit")
    if first is None:
        return None
    months = {"year": 12, "month": 1}.get(str(unit), 0)
    following = _by_months(first, months) if months else first + timedelta(**{f"{unit}s": 1})
    return _existing(following - timedelta(microseconds=1))


def _set(*order: str) -> Method:
    def replaced(value: datetime, call: Call) -> datetime | None:
        """Other fields, by name or in this order."""
        given = dict(zip(order, call.args, strict=False)) | call.kwargs
        if "tz" in given:
            found = zone(given.pop("tz"))
            if found is None:
                return None
            value = value.replace(tzinfo=found)
        return _existing(_with(value, given)) if set(given) <= set(FIELDS) else None

    return replaced


def _at(value: datetime, call: Call) -> datetime | None:
    given = dict(zip(FIELDS[3:], (*call.args, 0, 0, 0, 0), strict=False)) | call.kwargs
    return _existing(_with(value, given))


def _with(value: datetime, fields: dict[str, object]) -> datetime:
    return value.replace(**fields)  # type: ignore[arg-type]  # the caller catches what is no number


METHODS: dict[str, Method] = {
    "in_timezone": _zoned,
    "in_tz": _zoned,
    "astimezone": _zoned,
    "add": _moved(1),
    "subtract": _moved(-1),
    "start_of": _start_of,
    "end_of": _end_of,
    "set": _set(*FIELDS),
    "on": _set(*FIELDS[:3]),
    "at": _at,
    "naive": lambda value, call: value.replace(tzinfo=None),
}
KINDS = (date, timedelta)
