"""Sensors that stand for schedules ask for the runs that Airflow would make, and those of datasets lose no update."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import dagster as dg
import pytest

from migrator.runtime import triggers
from migrator.runtime.datasets import all_of, any_of, on_updates, updates
from migrator.runtime.dates import DATE_TAG, DataInterval, data_interval

START = "2024-01-01T00:00:00+00:00"


@dg.op
def nothing() -> None: ...


@dg.job
def job() -> None:
    nothing()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def ask(sensor: dg.SensorDefinition, instance: dg.DagsterInstance, cursor: str | None = None) -> Any:
    return sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=cursor))


def test_once_asks_for_one_run_about_the_start_date(instance: dg.DagsterInstance) -> None:
    sensor = triggers.once(job, START)
    first = ask(sensor, instance)
    assert [r.tags[DATE_TAG] for r in first.run_requests] == [START]
    assert not ask(sensor, instance, first.cursor).run_requests


def test_once_waits_for_its_start(instance: dg.DagsterInstance) -> None:
    assert not ask(triggers.once(job, "2999-01-01T00:00:00+00:00"), instance).run_requests


def test_continuously_waits_for_the_run_before(instance: dg.DagsterInstance) -> None:
    sensor = triggers.continuously(job, START)
    assert len(ask(sensor, instance).run_requests) == 1
    instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    assert not ask(sensor, instance).run_requests


def test_every_makes_up_for_what_was_missed(
    monkeypatch: pytest.MonkeyPatch, instance: dg.DagsterInstance
) -> None:
    monkeypatch.setattr(triggers, "_now", lambda: datetime(2024, 1, 1, 16, tzinfo=timezone.utc))
    sensor = triggers.every(job, timedelta(hours=5), START)
    found = ask(sensor, instance)
    dates = [(r.tags[DATE_TAG][11:16], r.tags["data_interval_end"][11:16]) for r in found.run_requests]
    assert dates == [("00:00", "05:00"), ("05:00", "10:00"), ("10:00", "15:00")]
    assert not ask(sensor, instance, found.cursor).run_requests


def test_the_tags_are_the_interval_of_the_run() -> None:
    seen: list[DataInterval] = []

    @dg.asset
    def asset(context: dg.AssetExecutionContext) -> None:
        seen.append(data_interval(context))

    tags = {DATE_TAG: START, "data_interval_end": "2024-01-01T05:00:00+00:00"}
    assert dg.materialize([asset], tags=tags).success
    assert (seen[0].start.hour, seen[0].end.hour) == (0, 5)


def update(instance: dg.DagsterInstance, *addresses: str) -> None:
    @dg.asset
    @updates(*addresses)
    def producer() -> None: ...

    assert dg.materialize([producer], instance=instance).success


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        pytest.param("a", [True, False, False, True], id="one"),
        pytest.param(all_of("a", "b"), [False, True, False, True], id="all"),
        pytest.param(any_of("a", "b"), [True, True, True, True], id="any"),
        pytest.param(any_of("c", all_of("a", "b")), [False, True, False, True], id="an expression"),
    ],
)
def test_a_run_uses_up_all_updates(instance: dg.DagsterInstance, needs: Any, expected: list[bool]) -> None:
    sensor = on_updates(job, needs)
    cursor, started = ask(sensor, instance).cursor, []
    for step in (["a"], ["b"], ["b"], ["a", "b"]):
        update(instance, *step)
        answer = ask(sensor, instance, cursor)
        cursor = answer.cursor or cursor
        started.append(bool(answer.run_requests))
    assert started == expected


def test_a_step_that_fails_or_is_skipped_updates_nothing(instance: dg.DagsterInstance) -> None:
    @dg.asset
    @updates("a")
    def failing() -> None:
        raise ValueError

    @dg.asset(output_required=False)
    @updates("a")
    def skipped():
        yield from ()

    dg.materialize([failing, skipped], instance=instance, raise_on_error=False)
    assert instance.get_latest_materialization_event(dg.AssetKey(["a"])) is None


def test_a_run_is_about_the_moment_of_the_last_update(instance: dg.DagsterInstance) -> None:
    sensor = on_updates(job, all_of("s3://a", "s3://b"))
    cursor = ask(sensor, instance).cursor
    for address in ("s3://a", "s3://b"):
        update(instance, address)
    record = instance.fetch_materializations(dg.AssetKey(["s3://b"]), limit=1).records[0]
    [request] = ask(sensor, instance, cursor).run_requests
    assert datetime.fromisoformat(request.tags[DATE_TAG]).timestamp() == pytest.approx(
        record.timestamp, abs=1e-3
    )
