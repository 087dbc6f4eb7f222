"""When a DAG runs and what a run is about: schedule and start date → partitions and schedule of Dagster.

An interval of Airflow 2 is the window of a Dagster partition: both start the run at its end, and `ds` is its
start. A run that stands for a point in time (the default of Airflow 3) is the partition that *starts* then, by
`end_offset=1`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from migrator.convert.problem import Problem
from migrator.ir import Cron, Dag, Every, Manual, constant

DAILY = re.compile(r"^(\d+) (\d+) \* \* \*$")
HOURLY = re.compile(r"^(\d+) \* \* \* \*$")
WEEKLY = re.compile(r"^(\d+) (\d+) \* \* (\d)$")
MONTHLY = re.compile(r"^(\d+) (\d+) (\d+) \* \*$")


@dataclass(frozen=True)
class Timing:
    """`partitions` and `schedule` are expressions; `{job}` stands for the job in `schedule`."""

    name: str | None = None  # of the variable that holds the partitions, such as `daily`
    partitions: str | None = None
    schedule: str | None = None
    kind: str | None = None  # as the manifest has it: "daily", "cron <expression>"
    interval: bool = True  # False: a point in time, so that the interval's end is its start
    key_is_ds: bool = False  # whether the partition key is the text of `ds`
    airflow3: bool = False  # whose context the tasks get: some names are gone in Airflow 3


def timing(dag: Dag, *, dated: bool, airflow3: bool) -> Timing | Problem:
    """`dated`: a task reads the date of its run, so that a run must be about one. A Problem if that cannot be."""
    if isinstance(dag.schedule, Manual):
        if dated:
            return Problem("TM041", "a task reads the date of a run that has no schedule of its own")
        return Timing(airflow3=airflow3)
    cron = _as_cron(dag)
    if isinstance(cron, Problem):
        return cron
    interval = cron.interval if cron.interval is not None else not airflow3
    if not dated:
        return Timing(schedule=_plain_schedule(dag, cron), airflow3=airflow3)
    if dag.start_date is None:
        return Problem(
            "TM042", "a task reads the date of its run, and the DAG has no start date to count from"
        )
    start, end = (_local(text, cron.timezone) for text in (dag.start_date, dag.end_date))
    if start is None or (dag.end_date and end is None):
        return Problem("TM042", f"start or end date in the time zone {cron.timezone} cannot be worked out")
    if end and not (DAILY.match(cron.cron) and interval):
        return Problem("TM042", "an end date has a native form for daily intervals only")
    name, text, kind = _partitions(cron, start, end, interval)
    running = ", default_status=dg.DefaultScheduleStatus.RUNNING" if _unpaused(dag) else ""
    return Timing(
        name=name,
        partitions=text,
        schedule=f"dg.build_schedule_from_partitioned_job({{job}}{running})",
        kind=kind,
        interval=interval,
        key_is_ds=name == "daily" and cron.timezone == "UTC",
        airflow3=airflow3,
    )


def _as_cron(dag: Dag) -> Cron | Problem:
    schedule = dag.schedule
    if isinstance(schedule, Every) and schedule.seconds == 86400 and dag.start_date:
        start = datetime.fromisoformat(dag.start_date).astimezone(ZoneInfo("UTC"))
        return Cron(f"{start.minute} {start.hour} * * *", "UTC", schedule.interval)
    if not isinstance(schedule, Cron):
        return Problem("TM040", f"a schedule of kind {type(schedule).__name__} has no native form yet")
    if len(schedule.cron.split()) != 5:
        return Problem("TM040", f"Dagster has no schedule for {schedule.expression!r}")
    try:
        ZoneInfo(schedule.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return Problem("TM040", f"no time zone has the name {schedule.timezone!r}")
    return schedule


def _unpaused(dag: Dag) -> bool:
    return constant(dag.args.get("is_paused_upon_creation")) is False


def _plain_schedule(dag: Dag, cron: Cron) -> str:
    expression = cron.cron if cron.expression in ("@quarterly", "@midnight", "@annually") else cron.expression
    running = ", default_status=dg.DefaultScheduleStatus.RUNNING" if _unpaused(dag) else ""
    zone = f'execution_timezone="{cron.timezone}"'
    return f'dg.ScheduleDefinition(job={{job}}, cron_schedule="{expression}", {zone}{running})'


def _local(text: str | None, zone: str) -> datetime | None:
    """A date in the zone of the schedule, without its offset."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except ValueError:
        return None


def _partitions(cron: Cron, start: datetime, end: datetime | None, interval: bool) -> tuple[str, str, str]:
    """Variable name, expression, and kind for the manifest."""
    midnight = (start.hour, start.minute, start.second) == (0, 0, 0)
    if match := DAILY.match(cron.cron):
        minute, hour = map(int, match.groups())
        first = start.date() + timedelta(days=(start.hour, start.minute, start.second) > (hour, minute, 0))
        until = _daily_end(end, hour, minute) if end else None
        return "daily", _call("Daily", str(first), until, cron, interval, hour, minute), "daily"
    if (match := HOURLY.match(cron.cron)) and start.minute == start.second == 0:
        text = _call("Hourly", f"{start:%Y-%m-%d-%H:%M}", None, cron, interval, 0, int(match[1]))
        return "hourly", text, f"cron {cron.cron}"
    if (match := WEEKLY.match(cron.cron)) and midnight:
        minute, hour, day = map(int, match.groups())
        text = _call("Weekly", str(start.date()), None, cron, interval, hour, minute, day % 7)
        return "weekly", text, f"cron {cron.cron}"
    if (match := MONTHLY.match(cron.cron)) and midnight:
        minute, hour, day = map(int, match.groups())
        text = _call("Monthly", str(start.date()), None, cron, interval, hour, minute, day)
        return "monthly", text, f"cron {cron.cron}"
    form = "%Y-%m-%dT%H:%M"
    text = (
        f'dg.TimeWindowPartitionsDefinition(cron_schedule="{cron.cron}", start="{start:{form}}", '
        f'fmt="{form}", timezone="{cron.timezone}"{"" if interval else ", end_offset=1"})'
    )
    return "windows", text, f"cron {cron.cron}"


def _daily_end(end: datetime, hour: int, minute: int) -> str:
    """Airflow's last run begins at the end date or before; Dagster's last window ends at midnight of its end."""
    last = end.date() - timedelta(days=(end.hour, end.minute) < (hour, minute))
    return str(last + timedelta(days=1 if (hour, minute) == (0, 0) else 2))


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
