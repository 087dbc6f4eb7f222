"""Partitions are the intervals that Airflow's own timetable makes: the same starts, ends and number of them."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from airflow.timetables.base import TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable
from hypothesis import given, settings
from hypothesis import strategies as st
from pendulum import instance
from pendulum import timezone as zone_of

from migrator.convert.problem import Problem
from migrator.convert.timing import Timing, timing
from migrator.ir import Continuous, Cron, Dag, Every, Manual, Once, OnDatasets, Origin, Schedule

CRONS = st.sampled_from(
    [
        *("@daily", "@hourly", "@weekly", "@monthly", "@quarterly"),
        *("30 6 * * *", "15 * * * *", "5 4 * * 1", "0 12 15 * *", "*/15 * * * *"),
        *("0 0 * * MON-FRI", "0 6,18 * * *", "59 23 31 12 *"),
    ]
)
ZONES = st.sampled_from(["UTC", "Europe/Rome", "America/New_York", "Asia/Kolkata"])
MOMENTS = st.datetimes(datetime(2023, 12, 1), datetime(2024, 4, 15)).map(
    lambda d: d.replace(second=0, microsecond=0)
)
NOW = datetime(2024, 12, 31, tzinfo=timezone.utc)


def airflow_intervals(
    cron: str, zone: str, start: datetime, end: datetime | None, count: int
) -> list[tuple[datetime, datetime]]:
    table, found, last = CronDataIntervalTimetable(cron, timezone=zone_of(zone)), [], None
    limits = TimeRestriction(earliest=instance(start), latest=instance(end) if end else None, catchup=True)
    while len(found) < count:
        info = table.next_dagrun_info(last_automated_data_interval=last, restriction=limits)
        if info is None:
            break
        last = info.data_interval
        found.append((last.start.astimezone(timezone.utc), last.end.astimezone(timezone.utc)))
    return found


def dagster_windows(text: str, count: int) -> list[tuple[datetime, datetime]]:
    partitions: dg.TimeWindowPartitionsDefinition = eval(text, {"dg": dg})
    keys = partitions.get_partition_keys(current_time=NOW)[:count]
    windows = [partitions.time_window_for_partition_key(key) for key in keys]
    return [(w.start.astimezone(timezone.utc), w.end.astimezone(timezone.utc)) for w in windows]


def made(
    cron: str, zone: str, start: datetime, end: datetime | None = None, **more: object
) -> Timing | Problem:
    dag = Dag(
        "d",
        Origin("d.py"),
        schedule=Cron(cron, zone),
        start_date=start.isoformat(),
        end_date=end.isoformat() if end else None,
    )
    return timing(dag, dated=True, airflow3=bool(more.get("airflow3")))


@settings(max_examples=150, deadline=None)
@given(cron=CRONS, zone=ZONES, start=MOMENTS)
def test_the_first_windows_are_airflows_first_intervals(cron: str, zone: str, start: datetime) -> None:
    start = start.replace(tzinfo=ZoneInfo(zone))
    when = made(cron, zone, start)
    assert isinstance(when, Timing) and when.partitions
    expected = [i for i in airflow_intervals(cron, zone, start, None, 6) if i[1] <= NOW]
    assert dagster_windows(when.partitions, 6)[: len(expected)] == expected


@settings(max_examples=80, deadline=None)
@given(
    cron=st.sampled_from(["@daily", "30 6 * * *", "0 23 * * *"]),
    zone=ZONES,
    start=MOMENTS,
    length=st.timedeltas(timedelta(days=2), timedelta(days=12)),
)
def test_the_last_window_is_airflows_last_interval(
    cron: str, zone: str, start: datetime, length: timedelta
) -> None:
    start = start.replace(tzinfo=ZoneInfo(zone))
    end = (start + length).replace(second=0, microsecond=0)
    when = made(cron, zone, start, end)
    assert isinstance(when, Timing) and when.partitions
    assert dagster_windows(when.partitions, 50) == airflow_intervals(cron, zone, start, end, 50)


def test_a_point_in_time_is_the_partition_that_starts_then() -> None:
    when = made("@daily", "UTC", datetime(2024, 1, 1, tzinfo=timezone.utc), airflow3=True)
    assert isinstance(when, Timing) and not when.interval
    partitions = eval(when.partitions or "", {"dg": dg})
    tick = datetime(2024, 1, 3, tzinfo=timezone.utc)
    assert partitions.get_partition_keys(current_time=tick)[-1] == "2024-01-03"


def test_the_key_is_ds_for_days_of_utc_only() -> None:
    start = datetime(2024, 1, 1, tzinfo=timezone.utc)
    keys = {zone: made("@daily", zone, start) for zone in ("UTC", "Europe/Rome")}
    assert {zone: t.key_is_ds for zone, t in keys.items() if isinstance(t, Timing)} == {
        "UTC": True,
        "Europe/Rome": False,
    }


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        pytest.param(Manual(), "TM041", id="a date without a schedule"),
        pytest.param(Once(), "TM040", id="once"),
        pytest.param(Continuous(), "TM040", id="continuous"),
        pytest.param(OnDatasets(("a",)), "TM040", id="datasets"),
        pytest.param(Every(5 * 3600), "TM040", id="a distance that is no cron"),
        pytest.param(Cron("0 0 0 * * *"), "TM040", id="six fields"),
        pytest.param(Cron("@daily", "Mars/Base"), "TM040", id="a zone that is none"),
    ],
)
def test_what_has_no_partitions_is_refused(schedule: Schedule, code: str) -> None:
    dag = Dag("d", Origin("d.py"), schedule=schedule, start_date="2024-01-01T00:00:00+00:00")
    found = timing(dag, dated=True, airflow3=False)
    assert isinstance(found, Problem) and found.code == code


def test_a_schedule_without_dates_needs_no_start() -> None:
    dag = Dag("d", Origin("d.py"), schedule=Cron("@daily", "Europe/Rome"))
    found = timing(dag, dated=False, airflow3=False)
    assert isinstance(found, Timing) and found.partitions is None
    assert found.schedule == (
        'dg.ScheduleDefinition(job={job}, cron_schedule="@daily", execution_timezone="Europe/Rome")'
    )


def test_a_date_without_a_start_is_refused() -> None:
    found = timing(Dag("d", Origin("d.py"), schedule=Cron("@daily")), dated=True, airflow3=False)
    assert isinstance(found, Problem) and found.code == "TM042"
