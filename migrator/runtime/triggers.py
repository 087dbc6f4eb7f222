"""What starts a job where a plain schedule cannot. Off until somebody turns them on; the Dagster daemon must run.

A run is told by tags which dates it is about; `dates.py` reads them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import dagster as dg

from .dates import DATE_TAG, END_TAG

Job = dg.JobDefinition | Any  # or a job of assets that has no definition yet
STOPPED = dg.DefaultSensorStatus.STOPPED
AT_ONCE = 100  # runs that one look at the clock asks for at most
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def at_ticks(
    job: Job,
    cron: str | Sequence[str],
    zone: str,
    default_status: dg.DefaultScheduleStatus = dg.DefaultScheduleStatus.STOPPED,
) -> dg.ScheduleDefinition:
    """At each tick of one or several cron expressions, a run about that moment."""

    @dg.schedule(
        name=f"{job.name}_schedule",
        job=job,
        cron_schedule=cron,
        execution_timezone=zone,
        default_status=default_status,
    )
    def at_each_tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        tick = context.scheduled_execution_time.astimezone(timezone.utc).isoformat()
        return dg.RunRequest(run_key=tick, tags={DATE_TAG: tick})

    return at_each_tick


def once(
    job: Job, start: str, *, end: str | None = None, default_status: dg.DefaultSensorStatus = STOPPED
) -> dg.SensorDefinition:
    """One run, ever: as soon as `start` has come, and about that moment."""
    date = _moment(start)

    @dg.sensor(name=f"{job.name}_sensor", job=job, default_status=default_status)
    def only_once(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if context.cursor:
            return dg.SkipReason("has been started once")
        if date > _now() or (end and date > _moment(end)):
            return dg.SkipReason(f"starts at {date.isoformat()}, ends at {end}")
        context.update_cursor("started")
        return dg.RunRequest(run_key="once", tags={DATE_TAG: date.isoformat()})

    return only_once


def continuously(
    job: Job, start: str, *, end: str | None = None, default_status: dg.DefaultSensorStatus = STOPPED
) -> dg.SensorDefinition:
    """A new run whenever the one before has ended."""

    @dg.sensor(name=f"{job.name}_sensor", job=job, default_status=default_status)
    def when_it_has_ended(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        now = _now()
        if now < _moment(start) or (end and now > _moment(end)):
            return dg.SkipReason(f"from {start} to {end}")
        running = dg.RunsFilter(job_name=job.name, statuses=UNFINISHED)
        if context.instance.get_runs(running, limit=1):
            return dg.SkipReason("still running")
        return dg.RunRequest()

    return when_it_has_ended


def every(
    job: Job,
    step: timedelta,
    start: str,
    *,
    end: str | None = None,
    interval: bool = True,
    catchup: bool = True,
    default_status: dg.DefaultSensorStatus = STOPPED,
) -> dg.SensorDefinition:
    """Runs at a fixed distance, each about the interval that has ended, or (`interval=False`) about its own moment.

    With `catchup` the first is that of `start`; without, the latest. The cursor is the end of the last one.
    """
    first, until = _moment(start), _moment(end) if end else None

    @dg.sensor(name=f"{job.name}_sensor", job=job, default_status=default_status)
    def at_each_step(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        last, now = _moment(context.cursor) if context.cursor else None, _now()
        requests: list[dg.RunRequest] = []
        while len(requests) < AT_ONCE:
            found = due(last, now, step, first, interval=interval, catchup=catchup)
            if found is None or (until and found[0] > until):
                break
            begin, last = found
            tags = {DATE_TAG: begin.isoformat(), END_TAG: last.isoformat()}
            requests.append(dg.RunRequest(run_key=begin.isoformat(), tags=tags))
        if not requests or last is None:
            return dg.SkipReason("not due")
        return dg.SensorResult(requests, cursor=last.isoformat())

    return at_each_step


def due(
    last: datetime | None, now: datetime, step: timedelta, start: datetime, *, interval: bool, catchup: bool
) -> tuple[datetime, datetime] | None:
    """Start and end of what the next run is about, once it is due. `last` is the end of the one before."""
    if interval:
        earliest = start if catchup else max(start, _rounded(now, step) - step)
        begin = earliest if last is None else max(last, earliest)
        return (begin, begin + step) if begin + step <= now else None
    if last is None:
        moment = start if catchup else max(start, now)
    else:
        moment = last + step
        if not catchup and moment + step <= now:  # was missed: from now on
            moment = now
    return (moment, moment) if moment <= now else None


def _rounded(now: datetime, step: timedelta) -> datetime:
    """The last multiple of the step since 1970."""
    length = step.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // length * length, tz=timezone.utc)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.astimezone(timezone.utc) if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _now() -> datetime:
    return datetime.now(timezone.utc)
