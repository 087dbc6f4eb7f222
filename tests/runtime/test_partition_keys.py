"""Runs about partitions of assets start when Airflow starts them, and know which partition they are about."""

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import dagster as dg
import pytest

from migrator.runtime.dataset_events import Asset, events_to_send
from migrator.runtime.dataset_history import events_before
from migrator.runtime.datasets import all_of, any_of, on_updates, updates
from migrator.runtime.partition_keys import STAMP, at_partitions, on_partitions, partition_date, partition_key
from migrator.runtime.partition_mappers import (
    AllowedKeyMapper,
    DayWindow,
    FanOutMapper,
    FixedKeyMapper,
    IdentityMapper,
    MinimumCount,
    RollupMapper,
    SegmentWindow,
    StartOfDayMapper,
    StartOfHourMapper,
    StartOfWeekMapper,
    StartOfYearMapper,
    WeekWindow,
)

SEGMENTS = SegmentWindow(["us", "eu", "apac"])


@pytest.fixture(scope="module")
def shared() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.fixture
def instance(shared: dg.DagsterInstance) -> dg.DagsterInstance:
    shared.wipe()
    return shared


@dg.job
def report() -> None:
    dg.op(name="nothing")(lambda: None)()


def update(instance: dg.DagsterInstance, address: str, *keys: str, tags: Any = None) -> None:
    """One step that updates these partitions of a dataset."""
    step_of(
        lambda context: events_to_send()[Asset(address)].add_partitions([*keys]), address
    ).execute_in_process(instance=instance, tags=tags)


def step_of(body: Callable[[dg.OpExecutionContext], Any], *outlets: str) -> dg.JobDefinition:
    @dg.op
    @updates(*outlets)
    def step(context: dg.OpExecutionContext) -> Any:
        return body(context)

    @dg.job
    def feed() -> None:
        step()

    return feed


class Watch:
    """A sensor, asked again and again."""

    def __init__(self, instance: dg.DagsterInstance, sensor: dg.SensorDefinition) -> None:
        self.instance, self.sensor = instance, sensor
        self.cursor: str | None = None
        self.requests: list[dg.RunRequest] = []
        self.look()

    def look(self) -> list[str]:
        """The keys of the runs that it asks for."""
        context = dg.build_sensor_context(self.instance, cursor=self.cursor)
        found = self.sensor.evaluate_tick(context)
        self.cursor, self.requests = found.cursor, list(found.run_requests or [])
        return [request.tags["partition_key"] for request in self.requests]


def test_a_partition_starts_a_run_about_it(instance: dg.DagsterInstance) -> None:
    update(instance, "a", "before")
    watch = Watch(instance, on_partitions(report, "a"))
    update(instance, "a", "us", "eu")
    assert sorted(watch.look()) == ["eu", "us"]
    assert watch.look() == []


def test_an_update_without_a_partition_starts_none(instance: dg.DagsterInstance) -> None:
    watch = Watch(instance, on_partitions(report, "a"))
    update(instance, "a")
    assert watch.look() == []


def test_an_update_of_a_partition_starts_only_runs_about_partitions(instance: dg.DagsterInstance) -> None:
    sensor = on_updates(report, "a")
    cursor = sensor.evaluate_tick(dg.build_sensor_context(instance)).cursor
    update(instance, "a", "us")
    assert not sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=cursor)).run_requests
    update(instance, "a")
    update(instance, "a", "us")
    assert sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=cursor)).run_requests


@pytest.mark.parametrize(
    ("needs", "expected"), [(all_of("a", "b"), ["2024"]), (any_of("a", "b"), ["2024"] * 2)]
)
def test_partitions_of_several_assets_meet(
    instance: dg.DagsterInstance, needs: Any, expected: list[str]
) -> None:
    watch = Watch(instance, on_partitions(report, needs, mapper=StartOfYearMapper()))
    update(instance, "a", "2024-01-02T00:00:00")
    found = watch.look()
    update(instance, "b", "2024-11-02T00:00:00")
    assert [*found, *watch.look()] == expected


def test_partitions_that_do_not_meet_start_nothing(instance: dg.DagsterInstance) -> None:
    mappers = {"a": StartOfYearMapper(), "b": StartOfHourMapper()}
    watch = Watch(instance, on_partitions(report, all_of("a", "b"), mappers=mappers))
    for address in ("a", "b"):
        update(instance, address, "2024-01-02T00:00:00")
    assert watch.look() == []


def test_a_day_waits_for_its_hours(instance: dg.DagsterInstance) -> None:
    mapper = RollupMapper(upstream_mapper=StartOfDayMapper(), window=DayWindow())
    watch = Watch(instance, on_partitions(report, "a", mapper=mapper))
    hours = [f"2024-01-02T{hour:02}:00:00" for hour in range(24)]
    update(instance, "a", *hours[:-1])
    assert watch.look() == []
    update(instance, "a", hours[-1], "2024-01-03T00:00:00")
    assert watch.look() == ["2024-01-02"]
    assert watch.requests[0].tags["partition_date"] == "2024-01-02T00:00:00+00:00"


def test_what_one_step_updates_is_looked_at_together(instance: dg.DagsterInstance) -> None:
    mapper = RollupMapper(upstream_mapper=FixedKeyMapper("all"), window=SEGMENTS, wait_policy=MinimumCount(2))
    watch = Watch(instance, on_partitions(report, "a", mapper=mapper))
    update(instance, "a", "us", "eu", "apac")
    assert watch.look() == ["all"]
    update(instance, "a", "us")
    assert watch.look() == []
    update(instance, "a", "us")
    update(instance, "a", "eu")
    assert watch.look() == ["all"]


def test_a_week_becomes_its_days(instance: dg.DagsterInstance) -> None:
    mapper = FanOutMapper(upstream_mapper=StartOfWeekMapper(), window=WeekWindow())
    watch = Watch(instance, on_partitions(report, "a", mapper=mapper))
    update(instance, "a", "2024-02-28T00:00:00")
    assert watch.look() == [
        f"2024-0{day}" for day in ("2-26", "2-27", "2-28", "2-29", "3-01", "3-02", "3-03")
    ]


def test_too_many_partitions_start_nothing(instance: dg.DagsterInstance) -> None:
    mapper = FanOutMapper(upstream_mapper=StartOfWeekMapper(), window=WeekWindow(), max_downstream_keys=6)
    watch = Watch(instance, on_partitions(report, "a", mapper=mapper))
    update(instance, "a", "2024-02-28T00:00:00")
    assert watch.look() == []


def test_a_key_that_is_not_allowed_starts_nothing(instance: dg.DagsterInstance) -> None:
    watch = Watch(instance, on_partitions(report, "a", mapper=AllowedKeyMapper(["us"])))
    update(instance, "a", "eu", "us")
    assert watch.look() == ["us"]


def test_the_partition_of_a_run_is_that_of_what_it_updates(instance: dg.DagsterInstance) -> None:
    first = Watch(instance, on_partitions(report, "a", mapper=StartOfDayMapper()))
    update(instance, "a", "2024-01-02T03:04:05")
    assert first.look() == ["2024-01-02"]
    second = Watch(instance, on_partitions(report, "b", mapper=IdentityMapper()))
    seen: dict[str, Any] = {}

    def body(context: dg.OpExecutionContext) -> None:
        seen["key"], seen["date"] = partition_key(context.run), partition_date(context.run)
        seen["started by"] = [event.partition_key for event in events_before(context.run)[Asset("a")]]

    step_of(body, "b").execute_in_process(instance=instance, tags=first.requests[0].tags)
    moment = datetime(2024, 1, 2, tzinfo=timezone.utc)
    assert seen == {"key": "2024-01-02", "date": moment, "started by": ["2024-01-02T03:04:05"]}
    assert second.look() == ["2024-01-02"]
    assert second.requests[0].tags["partition_date"] == moment.isoformat()


def test_a_run_by_hand_is_about_no_partition(instance: dg.DagsterInstance) -> None:
    seen: list[Any] = []

    def body(context: dg.OpExecutionContext) -> None:
        seen.extend(
            (partition_key(context.run), partition_date(context.run), len(events_before(context.run)))
        )

    step_of(body).execute_in_process(instance=instance)
    assert seen == [None, None, 0]


@pytest.mark.parametrize(
    ("zone", "form", "key"),
    [
        pytest.param("UTC", STAMP, "2024-01-02T00:00:00", id="as usual"),
        pytest.param("Europe/Rome", "%Y/%m/%d %H", "2024/01/02 01", id="in a zone, with a format"),
    ],
)
def test_a_tick_is_about_its_partition(zone: str, form: str, key: str) -> None:
    schedule = at_partitions(report, "0 * * * *", zone, form)
    moment = datetime(2024, 1, 2, tzinfo=timezone.utc)
    context = dg.build_schedule_context(scheduled_execution_time=moment)
    [request] = schedule.evaluate_tick(context).run_requests or []
    assert (request.tags["partition_key"], request.tags["partition_date"]) == (key, moment.isoformat())
