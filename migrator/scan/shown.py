"""What the two readers say, in the words of a person: schedules, durations and lists instead of objects."""

from collections.abc import Callable, Collection

from migrator.ir import (
    Continuous,
    Cron,
    Crons,
    Custom,
    Every,
    Manual,
    Once,
    OnDatasets,
    OnDatasetsOrTime,
    Schedule,
)

MOST = 6  # names that are listed; of more, those that the other side lacks
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def plain(value: object, _: object = None) -> str:
    """A text or number; nothing is "none"."""
    return "none" if value in (None, "") else str(value)


def switch(value: object, _: object = None) -> str:
    """A yes or no."""
    return "yes" if value else "no"


def duration(seconds: object, _: object = None) -> str:
    """90.0 → "1 minute 30 seconds"."""
    assert isinstance(seconds, (int, float))
    rest, parts = float(seconds), []
    for unit, size in UNITS:
        number, rest = divmod(rest, size)
        parts += [_counted(number, unit)] if number else []
    parts += [_counted(rest, "second")] if rest or not parts else []
    return " ".join(parts)


def names(value: object, other: object = ()) -> str:
    """A list of ids, in order; of a long one only what the other has not."""
    assert isinstance(value, Collection) and isinstance(other, Collection)
    every = sorted(set(map(str, value)))
    if len(every) <= MOST:
        return ", ".join(every) or "none"
    new = [name for name in every if name not in set(map(str, other))][:MOST]
    return f"{', '.join(new)} and {len(every) - len(new)} more" if new else f"{len(every)}"


def schedule(value: object, other: object = None) -> str:
    """As it is written; with what a cron expression leaves open when that is where the other differs."""
    assert isinstance(value, Schedule)
    text = next(show(value) for kind, show in SCHEDULES.items() if isinstance(value, kind))
    same = isinstance(other, type(value)) and text == next(
        show(other) for kind, show in SCHEDULES.items() if isinstance(other, kind)
    )
    return f"{text} ({_details(value)})" if same and _details(value) else text


def _details(value: Schedule) -> str:
    if not isinstance(value, (Cron, Every)):
        return ""
    zone = [f"in {value.timezone}"] if isinstance(value, Cron) else []
    kind = {True: "with data intervals", False: "at points in time", None: ""}[value.interval]
    return ", ".join([*zone, *([kind] if kind else [])])


def _counted(number: float, unit: str) -> str:
    return f"{number:g} {unit}{'' if number == 1 else 's'}"


SCHEDULES: dict[type, Callable[..., str]] = {
    Manual: lambda s: "none",
    Once: lambda s: "@once",
    Continuous: lambda s: "@continuous",
    Cron: lambda s: s.expression,
    Crons: lambda s: names(s.expressions),
    Every: lambda s: f"every {duration(s.seconds)}",
    OnDatasetsOrTime: lambda s: f"{SCHEDULES[OnDatasets](s.datasets)} or {SCHEDULES[type(s.time)](s.time)}",
    OnDatasets: lambda s: f"{'' if s.needs == 'all' else s.needs + ' of '}{names(s.uris)}",
    Custom: lambda s: s.source or s.timetable,
    object: lambda s: "not known",
}
