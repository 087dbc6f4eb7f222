"""Hooks and sensors that call Airflow's callbacks, and time limits, in real runs of Dagster."""

import pickle
import signal
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import dagster as dg
import pytest

from migrator.runtime.callbacks import (
    call_on_failure,
    call_on_success,
    call_on_tolerated_failure,
    when_a_run_fails,
    when_a_run_succeeds,
)
from migrator.runtime.limits import time_limit
from migrator.runtime.outcomes import Outcome, Skip, outcome_op

TOLD: list[dict[str, Any]] = []
daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


def tell(context: dict[str, Any]) -> None:
    TOLD.append(context)


@pytest.fixture(autouse=True)
def nobody_was_told() -> None:
    TOLD.clear()


@dg.asset(
    partitions_def=daily,
    retry_policy=dg.RetryPolicy(max_retries=2, delay=0),
    hooks={call_on_failure(tell, "orders", "load", daily), call_on_success(tell, "orders", "load", daily)},
)
def load(context: dg.AssetExecutionContext) -> None:
    if context.partition_key == "2024-01-03":
        raise ValueError("no orders")


def materialized(day: str) -> dict[str, Any]:
    dg.materialize([load], partition_key=day, raise_on_error=False)
    (told,) = TOLD
    return told


def test_a_failure_is_told_once_after_the_last_try() -> None:
    told = materialized("2024-01-03")
    assert (told["ti"].dag_id, told["task_instance"].task_id, told["task"].task_id) == (
        "orders",
        "load",
        "load",
    )
    assert (str(told["exception"]), told["ti"].try_number) == ("no orders", 3)
    assert (told["ds"], told["ts"]) == ("2024-01-03", "2024-01-03T00:00:00+00:00")
    assert told["data_interval_end"] == datetime(2024, 1, 4, tzinfo=timezone.utc)


def test_a_success_is_told_without_an_exception() -> None:
    told = materialized("2024-01-04")
    assert (told["ti"].state, told["ti"].try_number, told["exception"]) == ("success", 1, None)


def test_the_page_of_the_run_is_where_people_look_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_WEBSERVER_URL", "https://dagster.example.com")
    told = materialized("2024-01-03")
    assert told["ti"].log_url == f"https://dagster.example.com/runs/{told['run_id']}"


def test_a_task_that_did_not_run_or_skipped_itself_tells_nobody() -> None:
    @outcome_op()
    def fails() -> None:
        raise ValueError

    @outcome_op()
    def follows() -> None: ...

    @outcome_op()
    def skips() -> None:
        raise Skip

    @dg.job
    def chain() -> None:
        hooks = {call_on_failure(tell, "d", "follows"), call_on_success(tell, "d", "follows")}
        follows.with_hooks(hooks)(after=fails().outcome)
        skips.with_hooks({call_on_success(tell, "d", "skips")})()

    chain.execute_in_process(raise_on_error=False)
    assert TOLD == []


def test_a_failure_that_what_follows_tolerates_is_told_once_with_its_error() -> None:
    @outcome_op(tolerated=True, retry_policy=dg.RetryPolicy(max_retries=1))
    def fails() -> None:
        raise ValueError("on purpose")

    @outcome_op(tolerated=True)
    def follows() -> None: ...

    @outcome_op(rule="all_done")
    def cleans_up() -> None: ...

    @dg.job
    def tolerates() -> None:
        failed = fails.with_hooks({call_on_tolerated_failure(tell, "d", "fails")})()
        followed = follows.with_hooks({call_on_tolerated_failure(tell, "d", "follows")})(after=failed.outcome)
        cleans_up.with_hooks({call_on_tolerated_failure(tell, "d", "cleans_up")})(after=followed.outcome)

    assert tolerates.execute_in_process().success
    (told,) = TOLD
    assert (told["ti"].task_id, told["ti"].state, told["ti"].try_number) == ("fails", "failed", 2)
    assert repr(told["exception"]) == "ValueError('on purpose')"


def test_an_error_is_not_stored_with_the_outcome_of_its_step() -> None:
    failed = Outcome("fails", "failed", error=ValueError(lambda: "cannot be stored"))
    assert pickle.loads(pickle.dumps(failed)).error is None


@dg.asset
def sometimes(config: dict[str, bool]) -> None:
    if config["fail"]:
        raise ValueError


some_job = dg.define_asset_job("some", selection=[sometimes])


@pytest.mark.parametrize(
    ("fail", "reason"),
    [(True, "task_failure"), (False, "success")],
)
def test_a_sensor_tells_how_a_run_ended(fail: bool, reason: str) -> None:
    sensor = (
        when_a_run_fails(some_job, tell, "some") if fail else when_a_run_succeeds(some_job, [tell], "some")
    )
    with dg.DagsterInstance.ephemeral() as instance:
        job = dg.Definitions(assets=[sometimes], jobs=[some_job]).resolve_job_def("some")
        config = {"ops": {"sometimes": {"config": {"fail": fail}}}}
        result = job.execute_in_process(run_config=config, instance=instance, raise_on_error=False)
        status = dg.DagsterEventType.RUN_FAILURE if fail else dg.DagsterEventType.RUN_SUCCESS
        event = next(e for e in result.all_events if e.event_type == status)
        context = dg.build_run_status_sensor_context("s", event, instance, result.dagster_run)
        sensor(context.for_run_failure() if fail else context)
    (told,) = TOLD
    assert (told["reason"], told["dag"].dag_id, told["dag_run"].run_id) == (reason, "some", result.run_id)


# ---------------------------------------------------------------------- time limits
def test_what_takes_too_long_fails_even_if_it_catches_everything() -> None:
    @dg.op
    @time_limit(seconds=0.2)
    def stubborn(context: dg.OpExecutionContext) -> str:
        try:
            time.sleep(60)
        except Exception:
            return "went on"
        return "slept"

    @dg.job
    def alone() -> None:
        stubborn()

    with pytest.raises(TimeoutError, match="longer than 0:00:00"):
        alone.execute_in_process()


def test_a_generator_is_limited_as_a_whole() -> None:
    @time_limit(seconds=0.2)
    def slow() -> Iterator[int]:
        yield 1
        time.sleep(60)
        yield 2

    with pytest.raises(TimeoutError):
        list(slow())


def test_what_is_quick_returns_its_value_and_leaves_no_alarm() -> None:
    @time_limit(minutes=5)
    def quick() -> int:
        return 7

    assert quick() == 7
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
