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
from migrator.convert.starts import Timing
from migrator.convert.timing import timing
from migrator.ir import (
    Continuous,
    Cron,
    Crons,
    Custom,
    Dag,
    Every,
    Manual,
    Once,
    OnDatasets,
    OnDatasetsOrTime,
    Origin,
    Schedule,
)

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
    cron=st.sampled_from(["@daily", "30 6 * * *", "0 23 * * *", "@hourly", "@weekly", "0 6,18 * * 1-5"]),
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
    if not airflow_intervals(cron, zone, start, end, 1):
        assert isinstance(when, Problem) and when.code == "TM042"
        return
    assert isinstance(when, Timing) and when.partitions
    assert dagster_windows(when.partitions, 400) == airflow_intervals(cron, zone, start, end, 400)


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
        pytest.param(Continuous(), "TM041", id="continuous"),
        pytest.param(OnDatasetsOrTime(OnDatasets(("a",)), Cron("@daily")), "TM041", id="datasets or time"),
        pytest.param(Custom("PartitionedAssetTimetable", "..."), "TM040", id="partitions of assets"),
        pytest.param(Cron("0 0 29 2 *"), "TM051", id="a pause of four years"),
        pytest.param(Cron("30 2 * * *", "Europe/Rome"), "TM052", id="in the hour that the clock skips"),
        pytest.param(Crons(("0 1 * * *", "30 1 * * 0"), "Europe/London"), "TM052", id="one of several crons"),
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


DAY = "2024-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("schedule", "options", "sensor"),
    [
        pytest.param(Once(), {}, f'once({{job}}, "{DAY}")', id="once"),
        pytest.param(Continuous(), {}, f'continuously({{job}}, "{DAY}")', id="continuous"),
        pytest.param(
            Every(5 * 3600),
            {"catchup": True},
            f'every({{job}}, timedelta(hours=5), "{DAY}")',
            id="a distance",
        ),
        pytest.param(
            Every(90, interval=False),
            {"catchup": False},
            f'every({{job}}, timedelta(seconds=90), "{DAY}", interval=False, catchup=False)',
            id="a distance of points in time",
        ),
        pytest.param(OnDatasets(("a",)), {}, 'on_updates({job}, "a")', id="a dataset"),
        pytest.param(
            OnDatasets(("a", "b")), {}, 'on_updates({job}, all_of("a", "b"))', id="all of two datasets"
        ),
        pytest.param(
            OnDatasets(("a", "b", "c"), "expression", ("any", "a", ("all", "b", "c"))),
            {},
            'on_updates({job}, any_of("a", all_of("b", "c")))',
            id="an expression of datasets",
        ),
    ],
)
def test_what_no_cron_says_is_a_sensor(schedule: Schedule, options: dict[str, bool], sensor: str) -> None:
    dag = Dag("d", Origin("d.py"), schedule=schedule, start_date=DAY, **options)
    found = timing(dag, dated=False, airflow3=False)
    assert isinstance(found, Timing) and (found.sensor, found.partitions, found.schedule) == (
        sensor,
        None,
        None,
    )


@pytest.mark.parametrize("airflow3", [False, True])
def test_without_a_schedule_a_run_is_about_its_own_moment(airflow3: bool) -> None:
    found = timing(Dag("d", Origin("d.py"), schedule=Manual()), dated=True, airflow3=airflow3)
    assert isinstance(found, Timing) and found.by_hand and not found.partitions
    assert [note.code for note in found.notes] == ["TM050"]


def test_an_end_date_needs_partitions_even_if_no_task_reads_a_date() -> None:
    dag = Dag(
        "d", Origin("d.py"), schedule=Cron("@daily"), start_date=DAY, end_date="2024-01-03T00:00:00+00:00"
    )
    found = timing(dag, dated=False, airflow3=False)
    assert isinstance(found, Timing) and 'end_date="2024-01-04"' in (found.partitions or "")


def test_the_members_of_an_alias_start_a_job() -> None:
    dag = Dag("d", Origin("d.py"), schedule=OnDatasets(("a", "b"), aliases=("b",)))
    found = timing(dag, dated=False, airflow3=False)
    assert isinstance(found, Timing) and found.sensor == "on_updates({job}, all_of(\"a\", members_of('b')))"


def test_what_a_watcher_would_update_is_told() -> None:
    dag = Dag("d", Origin("d.py"), schedule=OnDatasets(("a", "b"), watched=("b",)))
    found = timing(dag, dated=False, airflow3=False)
    assert isinstance(found, Timing) and [note.code for note in found.notes] == ["TM055", "TM063"]
