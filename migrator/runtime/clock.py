"""Questions to the clock and to the run's own time: is it past that hour, in this range, the latest interval?

A time without a zone is one of the zone that is named; a date and time without one is in that zone as well.
"""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import dagster as dg

# Tags of a run that nobody launched by hand.
AUTOMATIC = frozenset({"dagster/schedule_name", "dagster/sensor_name", "dagster/backfill"})
Bound = datetime | time | None


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(timezone.utc)


def local_now(zone: str) -> datetime:
    """The present moment as clocks in that zone show it, without the zone."""
    return utc_now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_past(moment: datetime | str, zone: str = "UTC") -> bool:
    """Whether a moment is behind us. A text is ISO 8601."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return utc_now() > (found if found.tzinfo else _aware(found, zone))


def today_at(clock: time, zone: str) -> datetime:
    """The moment of today at which clocks in that zone show a time."""
    now = utc_now().astimezone(ZoneInfo(zone))
    return datetime.combine(now, clock, tzinfo=ZoneInfo(zone))


def in_range(moment: datetime, *, lower: Bound, upper: Bound, zone: str) -> bool:
    """Whether a moment is between two others, both included; None is no bound.

    A time of day is one of the moment's own day; an upper one before the lower one is of the day after.
    """
    if not (isinstance(lower, datetime) and isinstance(upper, datetime)):
        lower, upper = _dated(lower, moment), _dated(upper, moment)
        if lower is not None and upper is not None and upper < lower:
            upper += timedelta(days=1)
    below = lower is not None and _zoned(lower, zone) > moment
    return not below and not (upper is not None and _zoned(upper, zone) < moment)


def _dated(bound: Bound, moment: datetime) -> datetime | None:
    return datetime.combine(moment, bound) if isinstance(bound, time) else bound


def _zoned(moment: datetime, zone: str) -> datetime:
    return moment if moment.tzinfo else _aware(moment, zone)


def _aware(naive: datetime, zone: str) -> datetime:
    """A local date and time. One that clocks show twice is the second; one that they skip is moved on."""
    both = (naive.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return max(found.astimezone(timezone.utc) for found in both)


def is_latest(context: dg.OpExecutionContext, *, interval: bool = True, due: datetime | None = None) -> bool:
    """Whether no later run is due yet. A run that was launched by hand always counts as the latest.

    Runs of a schedule, a sensor and a backfill are not launched by hand. The next run is `due` then; if that
    is not given, when the window after that of this run's partition ends. `interval`: a run stands for the
    window of its partition and starts at its end; otherwise it stands for, and starts at, the window's start.
    """
    if not context.run.tags.keys() & AUTOMATIC:
        return True
    if due is None:
        window, partitions = context.partition_time_window, context.job_def.partitions_def
        if interval and isinstance(partitions, dg.TimeWindowPartitionsDefinition):
            window = partitions.get_next_partition_window(window.end, respect_bounds=False) or window
        due = window.end
    return utc_now() <= due
