"""When a clock is set forward or back: times that a zone does not have, and times that it has twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import chain
from zoneinfo import ZoneInfo

from migrator.ir.cron import ticks
from migrator.record import dataclass

UNTIL = 2038  # rules for later years are those of these
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """Clock times from `first` up to `last` are skipped, or (`back`) come twice."""

    first: datetime
    last: datetime
    back: bool


@cache
def changes(zone: str, year: int) -> tuple[Change, ...]:
    """All from the start of a year on."""
    years = range(year, UNTIL if zone != "UTC" else year)
    return tuple(chain.from_iterable(_changes_in(zone, one) for one in years))


@cache
def _changes_in(zone: str, year: int) -> tuple[Change, ...]:
    found, known = [], ZoneInfo(zone)
    moment = datetime(year, 1, 1, tzinfo=timezone.utc)
    before = _offset(moment, known)
    while moment.year == year:
        if _offset(moment + DAY, known) != before:
            at = _when(moment, known)
            after = _offset(at, known)
            first, last = sorted(at.replace(tzinfo=None) + offset for offset in (before, after))
            found.append(Change(first, last, after < before))
        moment += DAY
        before = _offset(moment, known)
    return tuple(found)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _when(day: datetime, zone: ZoneInfo) -> datetime:
    """The minute of a change within the day after a moment."""
    low, high = 0, 24 * 60
    before = _offset(day, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (middle, high) if _offset(day + timedelta(minutes=middle), zone) == before else (low, middle)
        )
    return day + timedelta(minutes=high)


def disputed(cron: str, zone: str, start: datetime | None) -> Iterator[datetime]:
    """The times of a schedule for which Airflow and Dagster do not mean the same moment, in order.

    Both agree where a schedule runs in each hour and the clock is set by whole hours.
    """
    each_hour = cron.split()[1] == "*"
    for change in changes(zone, start.year if start else datetime(2024, 1, 1).year):
        if (start and change.last <= start) or (each_hour and _whole_hours(change)):
            continue
        before = change.first - timedelta(seconds=1)
        first = next(ticks(cron, before, days=2), None)
        if first is not None and first < change.last:
            yield first


def _whole_hours(change: Change) -> bool:
    return (change.last - change.first) % timedelta(hours=1) == timedelta()


def local(text: str | None, zone: str) -> datetime | None:
    """A date in the zone of the schedule, without its offset."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except ValueError:
        return None
