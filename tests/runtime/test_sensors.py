"""Waiting ends as an Airflow sensor ends: found, timed out, skipped; with the same number of looks."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from migrator.runtime.sensors import (
    PokeReturnValue,
    TimedOut,
    file_exists,
    in_folder_of,
    succeeds,
    wait_or_skip,
    wait_until,
)

QUICK: dict[str, Any] = {"poke_interval": 0.01, "timeout": 0.05}


def after(looks: int) -> Callable[[], bool]:
    count = itertools.count(1)
    return lambda: next(count) >= looks


def raises(error: Exception) -> Callable[[], bool]:
    def look() -> bool:
        raise error

    return look


def ended(look: Callable[[], Any], **waiting: Any) -> str:
    try:
        return "success" if list(wait_or_skip(look, **{**QUICK, **waiting})) else "skipped"
    except Exception as error:
        return f"failed: {type(error).__name__}"


def test_there_is_one_look_even_without_time() -> None:
    assert wait_until(lambda: True, timeout=0) is None
    with pytest.raises(TimedOut):
        wait_until(lambda: False, timeout=0, poke_interval=0.01)


def test_a_look_may_give_the_step_a_value() -> None:
    assert wait_until(lambda: PokeReturnValue(True, {"rows": 3})) == {"rows": 3}
    assert [o.value for o in wait_or_skip(lambda: PokeReturnValue(is_done=True, xcom_value=1))] == [1]
    assert wait_until(lambda: [1, 2]) is None


def test_a_value_of_a_look_that_is_not_done_is_none_yet() -> None:
    looks = iter([PokeReturnValue(False, "no"), PokeReturnValue(True, "yes")])
    assert wait_until(lambda: next(looks), poke_interval=0) == "yes"


def test_durations_are_seconds_or_timedeltas() -> None:
    assert wait_until(after(3), poke_interval=timedelta(milliseconds=1), timeout=timedelta(seconds=5)) is None


def test_time_that_is_up_is_a_failure_without_another_try() -> None:
    with pytest.raises(TimedOut) as caught:
        wait_until(lambda: False, **QUICK)
    assert not caught.value.allow_retries
    with pytest.raises(TimedOut) as caught:
        wait_until(lambda: False, **QUICK, retry_timeout=True)
    assert caught.value.allow_retries


@pytest.mark.parametrize(
    ("look", "waiting", "end"),
    [
        (after(2), {}, "success"),
        (lambda: False, {}, "skipped"),
        (lambda: False, {"retry_timeout": True}, "skipped"),
        (raises(ValueError()), {}, "failed: ValueError"),
        (raises(dg.Failure(allow_retries=False)), {}, "skipped"),
        (raises(dg.Failure()), {}, "failed: Failure"),
        (raises(ValueError()), {"never_fail": True}, "skipped"),
        (raises(ValueError()), {"silent_fail": True}, "skipped"),
        (raises(dg.Failure(allow_retries=False)), {"silent_fail": True, "timeout": None}, "skipped"),
    ],
)
def test_a_step_that_may_skip_ends_like_a_sensor_that_fails_softly(
    look: Callable[[], Any], waiting: dict[str, Any], end: str
) -> None:
    assert ended(look, **waiting) == end


def test_the_distance_doubles_with_jitter_up_to_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("migrator.runtime.sensors.time.sleep", slept.append)
    wait_until(after(7), poke_interval=4, exponential_backoff=True, max_wait=100)
    for count, pause in enumerate(slept, start=1):
        least = max(int(4 * 2 ** (count - 2)), 1)
        assert min(least, 100) <= pause <= min(2 * least, 100)
    slept.clear()
    wait_until(after(9), poke_interval=60, timeout=100, exponential_backoff=True)
    assert max(slept) <= 100


def test_files_and_folders_that_hold_one(tmp_path: Path) -> None:
    (tmp_path / "empty" / "deep").mkdir(parents=True)
    assert not file_exists(tmp_path / "empty")
    (tmp_path / "empty" / "deep" / "a.csv").write_text("")
    assert file_exists(tmp_path / "empty")
    assert not file_exists(tmp_path / "*.csv")
    assert not file_exists(tmp_path / "**" / "a.csv")
    assert file_exists(tmp_path / "**" / "a.csv", recursive=True)


@pytest.mark.parametrize(
    "connection",
    [
        '{"conn_type": "fs", "extra": {"path": "/in"}}',
        '{"conn_type": "fs", "extra": "{\\"path\\": \\"/in\\"}"}',
        "fs://?path=%2Fin",
        "fs:///?path=/in",
        "fs:///?__extra__=%7B%22path%22%3A+%22%2Fin%22%7D",
    ],
)
def test_a_folder_is_that_of_the_connection(connection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_LANDING", connection)
    assert in_folder_of("landing", "a.csv") == "/in/a.csv"


def test_only_a_path_that_is_not_absolute_needs_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_LANDING", raising=False)
    assert in_folder_of("landing", Path("/in/a.csv")) == "/in/a.csv"
    with pytest.raises(dg.Failure, match="AIRFLOW_CONN_LANDING"):
        in_folder_of("landing", "a.csv")


def test_a_command_says_by_its_exit_code_whether_it_is_there(capfd: pytest.CaptureFixture[str]) -> None:
    assert succeeds("echo $A", env={"A": "seen"})
    assert "seen" in capfd.readouterr().out
    assert not succeeds("exit 7")
    assert not succeeds("exit 7", retry_exit_code=7)
    with pytest.raises(dg.Failure) as caught:
        succeeds("exit 8", retry_exit_code=7)
    assert not caught.value.allow_retries


def test_a_wait_is_a_step_of_a_job() -> None:
    @dg.asset(output_required=False)
    def missed() -> Any:
        yield from wait_or_skip(lambda: False, **QUICK)

    @dg.asset(deps=[missed])
    def after_it() -> None: ...

    result = dg.materialize([missed, after_it])
    assert result.success
    assert result.asset_materializations_for_node("missed") == []
    assert [e.step_key for e in result.get_step_skipped_events()] == ["after_it"]
