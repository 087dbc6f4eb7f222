"""A converted schedule starts the runs that Airflow's own timetables make: the same times, intervals and dates.

What Dagster cannot do alike is refused: no case passes by being left out without a finding.
"""

import functools
import itertools
import json
import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from compat_tests.sides import AIRFLOW2, AIRFLOW3
from migrator.convert.problem import Problem
from migrator.convert.starts import Timing
from migrator.convert.timing import timing
from migrator.ir import Cron, Crons, Dag, Every, Origin
from migrator.runtime.triggers import at_ticks, due

SCRIPT = Path(__file__).with_name("timetables.py")
FIXED = (
    "@daily",
    "@hourly",
    "@weekly",
    "@monthly",
    "@quarterly",
    "@yearly",
    "0 0 29 2 *",
    "0 0 13 * 5",
    "0 0 L * *",
)
FIXED += (
    "*/15 * * * *",
    "0 9-17 * * MON-FRI",
    "0 6,18 * * *",
    "30 2 * * *",
    "0 3 1-7 * 1",
    "5 4 * JAN-JUN 1#2",
)
ZONES = (
    "UTC",
    "Europe/Rome",
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Havana",
)
CASES, COUNT = 200, 8


@dataclass(frozen=True)
class Case:
    """A DAG, the moment when it is switched on, and whose meaning a bare schedule has."""

    dag: Dag
    now: datetime
    airflow3: bool

    def asked(self, interval: bool) -> dict[str, Any]:
        """As the script takes it."""
        schedule, dag = self.dag.schedule, self.dag
        what: dict[str, Any] = {"seconds": schedule.seconds} if isinstance(schedule, Every) else {}
        if isinstance(schedule, Cron):
            what = {"cron": schedule.cron, "zone": schedule.timezone}
        if isinstance(schedule, Crons):
            what = {"cron": list(schedule.expressions), "zone": schedule.timezone}
        dates = {"start": dag.start_date, "end": dag.end_date, "now": self.now.isoformat()}
        return {**what, **dates, "catchup": dag.catchup, "interval": interval, "count": COUNT}


def cron_of(dice: random.Random) -> str:
    """One that people write, or any."""
    if dice.random() < 0.5:
        return dice.choice(FIXED)
    minute, hour = dice.choice((0, 15, 30, 59)), dice.choice((0, 1, 2, 3, 6, 12, 23))
    days = dice.choice(("* * *", "* * *", "* * 1", "* * 0", "1 * *", "15 * *", "31 * *", "* 3 *"))
    hours = dice.choice((str(hour), str(hour), "*", f"*/{hour or 2}", f"{hour // 2},{hour}"))
    return f"{minute} {hours} {days}"


def schedule_of(dice: random.Random, zone: str, interval: bool) -> Cron | Crons | Every:
    kind = dice.random()
    if kind < 0.7:
        return Cron(cron_of(dice), zone, interval)
    if kind < 0.8:
        return Crons((cron_of(dice), cron_of(dice)), zone)
    return Every(dice.choice((600, 3600, 5400, 5 * 3600, 86400, 2 * 86400, 7 * 86400)), interval)


def cases(seed: int) -> Iterator[Case]:
    dice = random.Random(seed)
    for number in range(CASES):
        zone, interval = dice.choice(ZONES), dice.random() < 0.5
        start = datetime(2024, 1, 1) + timedelta(
            minutes=dice.choice((1, 30, 60, 1440)) * dice.randrange(0, 1400)
        )
        start = start.replace(tzinfo=ZoneInfo(zone))
        end = start + timedelta(days=dice.randrange(1, 60)) if dice.random() < 0.3 else None
        now = start + timedelta(hours=dice.randrange(-50, 900), minutes=7)
        dag = Dag(
            f"d{number}",
            Origin("d.py"),
            schedule=schedule_of(dice, zone, interval),
            start_date=start.isoformat(),
            end_date=end.isoformat() if end else None,
            catchup=dice.random() < 0.5,
        )
        yield Case(dag, now.astimezone(timezone.utc), dice.random() < 0.5)


def interval_of(case: Case) -> bool:
    """What the schedule itself says; several crons stand for points in time."""
    return case.dag.schedule.interval is True if isinstance(case.dag.schedule, Cron | Every) else False


@functools.cache
def airflow_runs(python: str, seed: int) -> list[list[tuple[datetime, ...]]]:
    """By Airflow's own classes, in one process."""
    text = json.dumps([case.asked(interval_of(case)) for case in cases(seed)])
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "AIRFLOW_HOME": home}
        done = subprocess.run(
            [python, str(SCRIPT)], input=text, capture_output=True, text=True, env=environment, check=True
        )
    answer = json.loads(done.stdout.splitlines()[-1])
    return [[tuple(map(datetime.fromisoformat, run)) for run in runs or ()] for runs in answer]


def dagster_runs(when: Timing, case: Case, first: datetime, until: datetime) -> list[tuple[datetime, ...]]:
    """Run time, start and end of each run from one moment to another, whether partitioned, counted or ticking."""
    if when.sensor:
        return list(_counted(case, when))
    if when.partitions:
        return _windows(eval(when.partitions, {"dg": dg}), when, first, until)
    cron, zone = _cron_of(when)
    ticks = schedule_execution_time_iterator(first.timestamp(), cron, zone)
    upto = itertools.takewhile(lambda tick: tick <= until, ticks)
    return [(tick.astimezone(timezone.utc),) for tick in upto]


def _windows(
    partitions: dg.TimeWindowPartitionsDefinition, when: Timing, first: datetime, until: datetime
) -> list[tuple[datetime, ...]]:
    found: list[tuple[datetime, ...]] = []
    for key in partitions.get_partition_keys(current_time=until):
        window = partitions.time_window_for_partition_key(key)
        begin, end = (t.astimezone(timezone.utc) for t in (window.start, window.end))
        end = end if when.interval else begin
        assert not when.key_is_ds or key == f"{begin:%Y-%m-%d}"
        found += [(end, begin, end)] if end >= first else []
    return found


def _cron_of(when: Timing) -> tuple[Any, str]:
    """Of the schedule that the text makes."""

    @dg.op
    def nothing() -> None: ...

    @dg.job
    def job() -> None:
        nothing()

    schedule = eval((when.schedule or "").format(job="job"), {"dg": dg, "at_ticks": at_ticks, "job": job})
    return schedule.cron_schedule, schedule.execution_timezone


def _counted(case: Case, when: Timing) -> Iterator[tuple[datetime, ...]]:
    """The sensor's rule, looked at whenever something may be due."""
    schedule, dag, last, now = case.dag.schedule, case.dag, None, case.now
    assert isinstance(schedule, Every) and dag.start_date
    start, step = (
        datetime.fromisoformat(dag.start_date).astimezone(timezone.utc),
        timedelta(seconds=schedule.seconds),
    )
    end = datetime.fromisoformat(dag.end_date) if dag.end_date else None
    moments = [now, start]
    for _ in range(COUNT):
        looks = sorted({m for m in (*moments, start + step) if m >= now} | ({last + step} if last else set()))
        look = sorted({*looks, *_grid(now, step)})
        found, at = None, now
        for at in look:
            found = due(last, at, step, start, interval=when.interval, catchup=bool(dag.catchup))
            if found:
                break
        if found is None or (end and found[0] > end):
            return
        begin, last = found
        now = max(now, last)
        yield (last, begin, last)


def _grid(now: datetime, step: timedelta) -> list[datetime]:
    """Multiples of the step, and looks a little later."""
    first = datetime.fromtimestamp(
        now.timestamp() // step.total_seconds() * step.total_seconds(), timezone.utc
    )
    return [m for n in range(4) for m in (first + n * step,) if m >= now]


@pytest.mark.parametrize("dated", [True, False], ids=["a task reads the date", "no task reads the date"])
@pytest.mark.parametrize("python", [AIRFLOW2, AIRFLOW3], ids=["Airflow 2.11", "Airflow 3.3"])
def test_the_runs_are_those_of_airflows_timetable(python: str, dated: bool) -> None:
    refused, wrong, equal = 0, [], 0
    for case, expected in zip(cases(1), airflow_runs(python, 1), strict=True):
        when = timing(case.dag, dated=dated, airflow3=case.airflow3)
        if isinstance(when, Problem):
            refused += 1
            continue
        if not expected:
            continue
        found = dagster_runs(when, case, expected[0][0], expected[-1][0])
        later = [run for run in found if run[0] >= expected[0][0]][: len(expected)]
        same = [run[: len(found[0])] for run in expected] if found else []
        if dated and any(note.code == "TM053" for note in when.notes):
            wrong.append((case, "a disputed time is not refused"))
        if later != same and not any(note.code == "TM053" for note in when.notes):
            wrong.append((case, f"{later[:3]} is not {same[:3]}"))
        equal += later == same
    assert wrong == []
    assert equal > refused
