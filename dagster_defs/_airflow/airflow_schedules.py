"""When a job that runs an Airflow DAG starts, and which logical dates it has, as partitions."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

PRESETS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
ONCE, CONTINUOUS = "@once", "@continuous"
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@dataclass(frozen=True)
class Timing:
    """The schedule of a DAG, in Airflow's words. `every` is in seconds; dates are ISO 8601."""

    schedule: str | None
    every: float | None
    interval: bool
    timezone: str
    start_date: str | None
    end_date: str | None

    @property
    def cron(self) -> str | None:
        """The five fields, when the schedule is a cron expression."""
        if self.schedule in (None, ONCE, CONTINUOUS):
            return None
        return PRESETS.get(self.schedule, self.schedule)

    @property
    def scheduled(self) -> bool:
        """Whether Airflow's own timetable says what the interval of a run is."""
        return self.cron is not None or self.every is not None or self.schedule == ONCE

    def moment(self, text: str | None) -> dt.datetime | None:
        """A date in the time zone of the schedule. One without an offset is meant there."""
        if text is None:
            return None
        found, zone = dt.datetime.fromisoformat(text.replace("Z", "+00:00")), ZoneInfo(self.timezone)
        return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)

    def partitions(self) -> dg.TimeWindowPartitionsDefinition | None:
        """One partition for each logical date. It begins there, whether or not a run stands for an interval.

        The last one begins at the end date or before. Dagster's own end is the end of a window.
        """
        start, end = self.moment(self.start_date), self.moment(self.end_date)
        if self.cron is None or start is None:
            return None
        daily = self.cron.split()[2:] == ["*", "*", "*"] and all(f.isdigit() for f in self.cron.split()[:2])
        options: dict[str, Any] = {
            "cron_schedule": self.cron,
            "start": start.replace(tzinfo=None),
            "fmt": "%Y-%m-%d" if daily else "%Y-%m-%d-%H:%M",
            "timezone": self.timezone,
            "end_offset": 0 if self.interval else 1,
        }
        if end is None:
            return dg.TimeWindowPartitionsDefinition(**options)
        endless = dg.TimeWindowPartitionsDefinition(**options)
        after = endless.get_next_partition_window(end + dt.timedelta(seconds=1), respect_bounds=False)
        return dg.TimeWindowPartitionsDefinition(**options, end=after and after.start.replace(tzinfo=None))


def automation(job: dg.JobDefinition, timing: Timing, date_tag: str) -> tuple[list[Any], list[Any]]:
    """The schedules and the sensors that start a job; both are off until somebody turns them on."""
    if timing.partitions() is not None:
        return [dg.build_schedule_from_partitioned_job(job, name=f"{job.name}_schedule")], []
    if timing.cron is not None:
        return [_plain_schedule(job, timing, date_tag)], []
    if timing.every is not None:
        return [], [_every(job, timing, date_tag)]
    if timing.schedule == ONCE:
        return [], [_once(job, timing, date_tag)]
    if timing.schedule == CONTINUOUS:
        return [], [_continuous(job)]
    return [], []


def _plain_schedule(job: dg.JobDefinition, timing: Timing, date_tag: str) -> dg.ScheduleDefinition:
    """For a DAG without a start date, which Airflow 3 runs at each tick."""

    @dg.schedule(
        name=f"{job.name}_schedule",
        job=job,
        cron_schedule=str(timing.cron),
        execution_timezone=timing.timezone,
    )
    def at_each_tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        tick = context.scheduled_execution_time.isoformat()
        return dg.RunRequest(run_key=tick, tags={date_tag: tick})

    return at_each_tick


def _every(job: dg.JobDefinition, timing: Timing, date_tag: str) -> dg.SensorDefinition:
    """A distance that no cron expression has, counted from the start date. Old dates are not made up for."""
    start, step = timing.moment(timing.start_date), dt.timedelta(seconds=timing.every or 0)
    if start is None:
        raise ValueError(f"{job.name}: every {timing.every} seconds needs a start date to count from")

    @dg.sensor(name=f"{job.name}_sensor", job=job, minimum_interval_seconds=30)
    def at_each_step(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        done = (dt.datetime.now(dt.timezone.utc) - start) // step - (1 if timing.interval else 0)
        date = start + done * step
        if done < 0 or done <= int(context.cursor or -1):
            return dg.SkipReason("not due")
        end = timing.moment(timing.end_date)
        if end and date > end:
            return dg.SkipReason(f"ended at {end.isoformat()}")
        context.update_cursor(str(done))
        return dg.RunRequest(run_key=date.isoformat(), tags={date_tag: date.isoformat()})

    return at_each_step


def _once(job: dg.JobDefinition, timing: Timing, date_tag: str) -> dg.SensorDefinition:
    @dg.sensor(name=f"{job.name}_sensor", job=job)
    def once(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        if context.cursor:
            yield dg.SkipReason("has been started once")
            return
        context.update_cursor("started")
        start = timing.moment(timing.start_date)
        yield dg.RunRequest(run_key="once", tags={date_tag: start.isoformat()} if start else {})

    return once


def _continuous(job: dg.JobDefinition) -> dg.SensorDefinition:
    @dg.sensor(name=f"{job.name}_sensor", job=job, minimum_interval_seconds=30)
    def when_it_has_ended(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        running = dg.RunsFilter(job_name=job.name, statuses=UNFINISHED)
        if context.instance.get_runs(running, limit=1):
            return dg.SkipReason("still running")
        return dg.RunRequest()

    return when_it_has_ended
