"""Which DAG and which partition a check takes."""

import pytest

from migrator.errors import ServiceError
from migrator.manifest import DagEntry
from migrator.services.check import Check, choose, interval_of

DAYS = ["2024-03-29", "2024-03-30", "2024-03-31"]


def test_without_partitions_there_is_no_interval() -> None:
    assert interval_of([], None) is None


@pytest.mark.parametrize(
    ("keys", "date", "expected"),
    [
        (DAYS, None, ("2024-03-31", "2024-03-31", "2024-04-01")),
        (DAYS, "2024-03-30", ("2024-03-30", "2024-03-30", "2024-03-31")),
        (["2024-03-17", "2024-03-24"], None, ("2024-03-24", "2024-03-24", "2024-03-31")),
        (["2024-03-30|de", "2024-03-31|de"], "2024-03-30", ("2024-03-30|de", "2024-03-30", "2024-03-31")),
        (["2024-03-31"], None, ("2024-03-31", "2024-03-31", "2024-04-01")),
    ],
)
def test_the_interval_is_that_of_the_date_or_the_last(
    keys: list[str], date: str | None, expected: tuple[str, str, str]
) -> None:
    key, start, end = expected
    assert interval_of(keys, date) == (key, f"{start}T00:00:00+00:00", f"{end}T00:00:00+00:00")


def test_a_date_without_a_partition_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ServiceError, match="no partition 2023-01-01: they go from 2024-03-29 to 2024-03-31"):
        interval_of(DAYS, "2023-01-01")


def test_a_dag_that_waits_for_others_is_not_the_first_choice() -> None:
    waiting = DagEntry("a.py", "asset", "defs.a", "a", partitions="daily")
    scheduled = DagEntry("b.py", "asset", "defs.b", "b", schedule="b_schedule", partitions="daily")
    assert choose({"a": waiting, "b": scheduled}) == "b"
    assert choose({"a": waiting}) == "a"


def test_a_server_that_is_too_busy_to_answer_is_asked_again() -> None:
    answers = iter([TimeoutError("busy"), None, "success"])

    def ask() -> str | None:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert Check("a").until("the run", ask) == "success"


def test_a_part_that_died_ends_the_wait() -> None:
    def look() -> None:
        raise ServiceError("scheduler ended by SIGKILL")

    with pytest.raises(ServiceError, match="scheduler ended"):
        Check("a", look=look).until("the run", lambda: None)
