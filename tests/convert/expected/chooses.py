"""Branches that ask the clock or the date of the run, and what goes on for the latest run only."""

# Converted from `chooses.py`.

from datetime import datetime, time, timezone

import dagster as dg
import pendulum

from ..runtime.clock import in_range, is_latest, utc_now
from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.shell import run_bash

daily = dg.DailyPartitionsDefinition("2024-01-01", hour_offset=3, timezone="Europe/Rome")


@outcome_op(arms=("both", "now", "then"))
def by_clock():
    return (
        "now"
        if in_range(utc_now(), lower=datetime(2020, 1, 1), upper=None, zone="Europe/Rome")
        else ["then", "both"]
    )


@outcome_op()
def both():
    pass


@outcome_op()
def then():
    pass


@outcome_op()
def now():
    pass


@outcome_op(arms=("inside", "outside"))
def by_date(context: dg.OpExecutionContext):
    logical_date = context.partition_time_window.start.astimezone(timezone.utc)
    return (
        ["inside"]
        if in_range(
            logical_date,
            lower=pendulum.datetime(2024, 1, 2),
            upper=pendulum.datetime(2024, 1, 3, 12),
            zone="Europe/Rome",
        )
        else ["outside"]
    )


@outcome_op()
def inside(context: dg.OpExecutionContext):
    yield from run_bash(f"echo {context.partition_time_window.start.astimezone(timezone.utc):%Y-%m-%d}")


@outcome_op()
def outside(context: dg.OpExecutionContext):
    yield from run_bash(f"echo {context.partition_time_window.start.astimezone(timezone.utc):%Y-%m-%d}")


# Runs start at 02:00 in UTC, which is 03:00 in Rome: the bounds are of Rome, on the day in UTC.
@outcome_op(arms=("early", "late"))
def by_hour(context: dg.OpExecutionContext):
    logical_date = context.partition_time_window.start.astimezone(timezone.utc)
    return (
        "early" if in_range(logical_date, lower=time(3, 0), upper=time(2, 59), zone="Europe/Rome") else "late"
    )


@outcome_op()
def late():
    pass


@outcome_op()
def early():
    pass


@dg.op
def midweek_first():
    pass


@dg.op(ins={"after": dg.In(dg.Nothing)})
def midweek_second():
    pass


@outcome_op(arms=("no_day", "other_days"))
def by_day(context: dg.OpExecutionContext):
    logical_date = context.partition_time_window.start.astimezone(timezone.utc)
    # Wednesday
    return "other_days" if logical_date.isoweekday() == 3 else ["other_days", "no_day"]


@outcome_op()
def no_day():
    pass


@outcome_op()
def other_days():
    pass


@outcome_op(arms=("announce",), tolerated=True)
def latest(context: dg.OpExecutionContext):
    return ["announce"] if is_latest(context) else []


@outcome_op(tolerated=True)
def announce(context: dg.OpExecutionContext):
    yield from run_bash(f"echo {context.partition_time_window.start.astimezone(timezone.utc):%Y-%m-%d}")


@outcome_op(rule="all_done")
def tidy():
    yield from run_bash("echo tidy")


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def chooses():
    by_clock_done = by_clock()
    by_date_done = by_date()
    by_hour_done = by_hour()
    first = midweek_first()
    by_day_done = by_day()
    latest_done = latest()
    now(after=by_clock_done.now)
    then(after=by_clock_done.then)
    both(after=by_clock_done.both)
    inside(after=by_date_done.inside)
    outside(after=by_date_done.outside)
    early(after=by_hour_done.early)
    late(after=by_hour_done.late)
    midweek_second(after=first)
    other_days(after=by_day_done.other_days)
    no_day(after=by_day_done.no_day)
    announce_done = announce(after=latest_done.announce)
    tidy(after=announce_done.outcome)


chooses_schedule = dg.build_schedule_from_partitioned_job(chooses)
defs = dg.Definitions(jobs=[chooses], schedules=[chooses_schedule])
