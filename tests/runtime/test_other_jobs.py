"""A step finds the runs of other jobs by their dates, whatever started them, and waits for one that it asked for."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import dagster as dg
import pytest

from migrator.runtime.other_jobs import PARTITION_TAG, TICK_TAG, OtherJob, on_requests

DAILY = dg.DailyPartitionsDefinition("2024-01-01", hour_offset=6, timezone="Europe/Rome")
DATE = datetime(2024, 1, 3, 5, tzinfo=timezone.utc)  # six o'clock in Rome
DONE = dg.DagsterRunStatus.SUCCESS


class Sizes(dg.Config):
    size: int = 1


@dg.op
def measure(config: Sizes) -> None:
    if config.size > 1:
        raise ValueError(config.size)


@dg.job
def other() -> None:
    measure()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def states(instance: dg.DagsterInstance, interval: bool = True) -> list[str]:
    with dg.build_op_context(instance=instance) as context:
        return OtherJob(context, "other", DAILY, interval=interval).states(DATE)


@pytest.mark.parametrize(
    ("tags", "interval"),
    [
        pytest.param({PARTITION_TAG: "2024-01-03"}, True, id="of its partition"),
        pytest.param({TICK_TAG: "2024-01-04T05:00:00+00:00"}, True, id="started when its interval ended"),
        pytest.param({TICK_TAG: "2024-01-03T05:00:00+00:00"}, False, id="started at its date"),
        pytest.param({"logical_date": "2024-01-03T05:00:00+00:00"}, True, id="launched for its date"),
        pytest.param({"airflow/logical_date": "2024-01-03T05:00:00+00:00"}, True, id="made of Airflow tasks"),
    ],
)
def test_the_run_of_a_date_is_found(
    tags: dict[str, str], interval: bool, instance: dg.DagsterInstance
) -> None:
    assert states(instance, interval) == ["none"]
    instance.create_run_for_job(other, tags=tags, status=DONE)
    assert states(instance, interval) == ["success"]
    instance.create_run_for_job(other, tags=tags, status=dg.DagsterRunStatus.STARTED)  # and once more
    assert states(instance, interval) == ["running"]


@pytest.mark.parametrize(
    "tags",
    [
        {PARTITION_TAG: "2024-01-02"},
        {TICK_TAG: "2024-01-03T05:00:00+00:00"},
        {"logical_date": "2024-01-03T06:00:00+00:00"},
    ],
)
def test_the_run_of_another_date_is_not(tags: dict[str, str], instance: dg.DagsterInstance) -> None:
    instance.create_run_for_job(other, tags=tags, status=DONE)
    assert states(instance) == ["none"]


def test_a_job_that_is_not_there_fails_the_step_at_once(instance: dg.DagsterInstance) -> None:
    with dg.build_op_context(instance=instance) as context, pytest.raises(dg.Failure, match="nobody"):
        OtherJob(context, "nobody", missing="no DAG is called nobody")


@pytest.mark.parametrize(("size", "success"), [(1, True), (2, False)])
def test_a_step_waits_for_the_run_that_it_asked_for(size: int, success: bool, tmp_path: Path) -> None:
    instance = dg.DagsterInstance.local_temp(str(tmp_path))

    @dg.op
    def ask(context: dg.OpExecutionContext) -> None:
        OtherJob(context, "other").request(conf={"size": size, "more": 1}, wait=True, poke_interval=0.1)

    @dg.job
    def asks() -> None:
        ask()

    def daemon() -> None:
        sensor, cursor = on_requests(other, {"measure": Sizes}), None
        while cursor is None:
            found = sensor.evaluate_tick(dg.build_sensor_context(instance))
            for request in found.run_requests or ():
                cursor = found.cursor
                other.execute_in_process(
                    request.run_config, instance=instance, tags=dict(request.tags), raise_on_error=False
                )
            time.sleep(0.1)

    beside = threading.Thread(target=daemon)
    beside.start()
    assert asks.execute_in_process(instance=instance, raise_on_error=False).success is success
    beside.join()


def test_there_is_no_run_about_a_date_that_is_no_partition(instance: dg.DagsterInstance) -> None:
    with dg.build_op_context(instance=instance) as context, pytest.raises(dg.Failure, match="no partition"):
        OtherJob(context, "other", DAILY, partitioned=True).request(date="2024-01-03")


def may_begin(instance: dg.DagsterInstance) -> bool:
    with dg.build_op_context(instance=instance) as context:
        return OtherJob(context, "other", DAILY).ended_before(DATE)()


def test_the_first_run_waits_for_nothing(instance: dg.DagsterInstance) -> None:
    instance.create_run_for_job(other, tags={PARTITION_TAG: "2024-01-03"}, status=DONE)  # its own
    instance.create_run_for_job(other, tags={PARTITION_TAG: "2024-01-04"}, status=DONE)
    assert may_begin(instance)


@pytest.mark.parametrize(
    ("status", "begins"),
    [(DONE, True), (dg.DagsterRunStatus.FAILURE, False), (dg.DagsterRunStatus.STARTED, False)],
)
def test_a_step_waits_for_the_run_of_the_date_before(
    status: dg.DagsterRunStatus, begins: bool, instance: dg.DagsterInstance
) -> None:
    instance.create_run_for_job(other, tags={PARTITION_TAG: "2024-01-02"}, status=status)
    instance.create_run_for_job(other, tags={PARTITION_TAG: "2024-01-01"}, status=DONE)
    assert may_begin(instance) is begins
    instance.create_run_for_job(other, tags={PARTITION_TAG: "2024-01-02"}, status=DONE)  # it is repeated
    assert may_begin(instance)


def test_tasks_that_airflow_runs_are_given_all_of_the_conf(instance: dg.DagsterInstance) -> None:
    @dg.op
    def ask(context: dg.OpExecutionContext) -> None:
        OtherJob(context, "other").request(conf={"size": 1, "more": 2}, run_id="mine")

    @dg.job
    def asks() -> None:
        ask()

    assert asks.execute_in_process(instance=instance).success
    sensor = on_requests(other, {"measure": Sizes}, airflow=True)
    [request] = sensor.evaluate_tick(dg.build_sensor_context(instance)).run_requests or ()
    assert request.run_key == "mine"
    assert request.run_config == {
        "ops": {"measure": {"config": {"size": 1}}},
        "resources": {"airflow": {"config": {"conf": {"size": 1, "more": 2}}}},
    }
