"""Partitions and sensors of an imported job, as Dagster evaluates them."""

from datetime import datetime, timezone
from typing import Any

import dagster as dg
import pytest

from migrator.runtime.airflow_schedules import Timing, automation

NOW = datetime(2024, 1, 5, 12, tzinfo=timezone.utc)


def timing(schedule: str | None, **more: Any) -> Timing:
    usual = {"every": None, "interval": True, "timezone": "UTC", "start_date": "2024-01-01", "end_date": None}
    return Timing(schedule, **{**usual, **more})


def keys(**options: Any) -> list[str]:
    partitions = timing(options.pop("schedule", "@daily"), **options).partitions()
    assert partitions is not None
    return list(partitions.get_partition_keys(current_time=NOW))


def test_an_interval_is_a_partition_once_it_has_ended() -> None:
    assert keys() == ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]


def test_a_point_in_time_is_a_partition_from_then_on() -> None:
    assert keys(interval=False)[-1] == "2024-01-05"


def test_the_first_logical_date_is_at_or_after_the_start_date() -> None:
    assert keys(start_date="2024-01-01T10:30:00+00:00")[0] == "2024-01-02"


@pytest.mark.parametrize("interval", [True, False])
@pytest.mark.parametrize("end", ["2024-01-03", "2024-01-03T12:00:00", "2024-01-03T23:59:59"])
def test_the_last_logical_date_is_at_or_before_the_end_date(end: str, interval: bool) -> None:
    assert keys(end_date=end, interval=interval)[-1] == "2024-01-03"


def test_a_start_date_is_taken_to_the_zone_of_the_schedule() -> None:
    partitions = timing("@daily", timezone="Europe/Rome", start_date="2023-12-31T23:00:00+00:00").partitions()
    assert partitions is not None
    assert (
        partitions.time_window_for_partition_key("2024-01-01").start.isoformat()
        == "2024-01-01T00:00:00+01:00"
    )


def test_other_crons_have_the_time_in_their_keys() -> None:
    assert keys(schedule="0 6 * * 1-5")[:2] == ["2024-01-01-06:00", "2024-01-02-06:00"]


def job() -> dg.JobDefinition:
    @dg.op
    def nothing() -> None: ...

    return dg.GraphDefinition("any", node_defs=[nothing]).to_job(name="any_job")


def test_a_distance_starts_each_step_once() -> None:
    _, (sensor,) = automation(job(), timing(None, every=18000), "date")
    first = sensor(dg.build_sensor_context())
    context = dg.build_sensor_context(cursor=None)
    request = sensor(context)
    assert isinstance(first, dg.RunRequest) and isinstance(request, dg.RunRequest)
    date = datetime.fromisoformat(request.tags["date"])
    assert (date - datetime(2024, 1, 1, tzinfo=timezone.utc)).total_seconds() % 18000 == 0
    assert 18000 <= (datetime.now(timezone.utc) - date).total_seconds() < 36000
    assert isinstance(sensor(dg.build_sensor_context(cursor=context.cursor)), dg.SkipReason)


def test_a_distance_ends_at_the_end_date() -> None:
    _, (sensor,) = automation(job(), timing(None, every=18000, end_date="2024-02-01"), "date")
    assert isinstance(sensor(dg.build_sensor_context()), dg.SkipReason)


def test_once_is_once() -> None:
    _, (sensor,) = automation(job(), timing("@once"), "date")
    context = dg.build_sensor_context()
    (request,) = list(sensor(context))
    assert request.tags["date"].startswith("2024-01-01T00:00")
    (skipped,) = list(sensor(dg.build_sensor_context(cursor=context.cursor)))
    assert isinstance(skipped, dg.SkipReason)


def test_continuous_waits_for_the_run_before() -> None:
    _, (sensor,) = automation(job(), timing("@continuous"), "date")
    with dg.DagsterInstance.ephemeral() as instance:
        assert isinstance(sensor(dg.build_sensor_context(instance=instance)), dg.RunRequest)
        instance.create_run_for_job(job(), status=dg.DagsterRunStatus.STARTED)
        assert isinstance(sensor(dg.build_sensor_context(instance=instance)), dg.SkipReason)


def test_a_tick_without_partitions_carries_its_date() -> None:
    (schedule,), _ = automation(job(), timing("@daily", start_date=None, interval=False), "date")
    tick = datetime(2024, 1, 3, tzinfo=timezone.utc)
    request = schedule(dg.build_schedule_context(scheduled_execution_time=tick))
    assert isinstance(request, dg.RunRequest) and request.tags["date"] == "2024-01-03T00:00:00+00:00"
