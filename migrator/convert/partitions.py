"""Partitions of a cron schedule as an expression of Dagster: one for each run that Airflow would make."""

import re
from datetime import datetime, timedelta

from migrator.ir import Cron
from migrator.ir.cron import ticks

DAILY = re.compile(r"^(\d+) (\d+) \* \* \*$")
HOURLY = re.compile(r"^(\d+) \* \* \* \*$")
WEEKLY = re.compile(r"^(\d+) (\d+) \* \* (\d)$")
MONTHLY = re.compile(r"^(\d+) (\d+) (\d+) \* \*$")
HOUR_FORM, FORM = "%Y-%m-%d-%H:%M", "%Y-%m-%dT%H:%M"


def partitions(cron: Cron, start: datetime, end: datetime | None, interval: bool) -> tuple[str, str, str]:
    """Variable name, expression, and kind for the manifest. Dates are those of the schedule's zone."""
    midnight = (start.hour, start.minute, start.second) == (0, 0, 0)
    until = _end(cron.cron, end)
    kind = f"cron {cron.cron}"
    if match := DAILY.match(cron.cron):
        minute, hour = map(int, match.groups())
        first = start.date() + timedelta(days=(start.hour, start.minute, start.second) > (hour, minute, 0))
        return "daily", _call("Daily", str(first), _day(until), cron, interval, hour, minute), "daily"
    if (match := HOURLY.match(cron.cron)) and start.minute == start.second == 0:
        last = f"{until:{HOUR_FORM}}" if until else None
        text = _call("Hourly", f"{start:{HOUR_FORM}}", last, cron, interval, 0, int(match[1]))
        return "hourly", text, kind
    if (match := WEEKLY.match(cron.cron)) and midnight:
        minute, hour, day = map(int, match.groups())
        text = _call("Weekly", str(start.date()), _day(until), cron, interval, hour, minute, day % 7)
        return "weekly", text, kind
    if (match := MONTHLY.match(cron.cron)) and midnight:
        minute, hour, day = map(int, match.groups())
        text = _call("Monthly", str(start.date()), _day(until), cron, interval, hour, minute, day)
        return "monthly", text, kind
    ending = f', end="{until:{FORM}}"' if until else ""
    text = (
        f'dg.TimeWindowPartitionsDefinition(cron_schedule="{cron.cron}", start="{_to_minute(start):{FORM}}"'
        f'{ending}, fmt="{FORM}", timezone="{cron.timezone}"{"" if interval else ", end_offset=1"})'
    )
    return "windows", text, kind


def _to_minute(start: datetime) -> datetime:
    """The next whole minute: what starts within one is not before it."""
    return (
        start
        if not (start.second or start.microsecond)
        else start.replace(second=0, microsecond=0) + timedelta(minutes=1)
    )


def _end(cron: str, end: datetime | None) -> datetime | None:
    """Airflow's last run begins at the end date or before; Dagster's last window ends at its end: a tick later."""
    return next(ticks(cron, end), None) if end else None


def _day(until: datetime | None) -> str | None:
    """The first day that begins when the last window has ended."""
    if until is None:
        return None
    return str(until.date() + timedelta(days=(until.hour, until.minute) != (0, 0)))


def _call(
    period: str,
    start: str,
    end: str | None,
    cron: Cron,
    interval: bool,
    hour: int,
    minute: int,
    day: int | None = None,
) -> str:
    given = {
        "day_offset": None
        if day is None or (period == "Weekly" and day == 0) or (period == "Monthly" and day == 1)
        else day,
        "hour_offset": hour or None,
        "minute_offset": minute or None,
        "end_date": f'"{end}"' if end else None,
        "timezone": f'"{cron.timezone}"',
        "end_offset": None if interval else 1,
    }
    rest = "".join(f", {name}={value}" for name, value in given.items() if value is not None)
    return f'dg.{period}PartitionsDefinition("{start}"{rest})'
