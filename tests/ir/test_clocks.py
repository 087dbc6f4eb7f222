"""Ticks are those of the library that both schedulers use, and changes of the clock are found to the minute."""

from datetime import datetime, timedelta
from itertools import islice

import pytest
from croniter import croniter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from migrator.ir.clocks import Change, changes, disputed
from migrator.ir.cron import has_plain_days, ticks


def field(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    pair = st.tuples(number, number).filter(lambda p: p[0] < p[1])
    return st.one_of(
        st.just("*"),
        number.map(str),
        st.integers(1, 7).map(lambda n: f"*/{n}"),
        pair.map(lambda p: f"{p[0]}-{p[1]}"),
        pair.map(lambda p: f"{p[0]},{p[1]}"),
    )


CRONS = st.tuples(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6)).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(cron=CRONS, minutes=st.integers(0, 500_000))
def test_ticks_are_those_of_croniter(cron: str, minutes: int) -> None:
    assume("*/1" not in cron)  # which it takes for no restriction of the day
    start = datetime(2024, 1, 1) + timedelta(minutes=minutes)
    known = croniter(cron, start)
    assert list(islice(ticks(cron, start), 4)) == [known.get_next(datetime) for _ in range(4)]


@pytest.mark.parametrize("cron", ["0 0 L * *", "0 0 * * 5#3", "0 0 * * L5"])
def test_days_that_are_counted_from_the_end_are_not_plain(cron: str) -> None:
    assert not has_plain_days(cron)


def test_names_of_days_are_plain() -> None:
    assert has_plain_days("0 0 * * MON-FRI") and has_plain_days("0 0 * JUL *")


def test_the_clock_of_rome_is_set_twice_a_year() -> None:
    spring, autumn = changes("Europe/Rome", 2024)[:2]
    assert spring == Change(datetime(2024, 3, 31, 2), datetime(2024, 3, 31, 3), back=False)
    assert autumn == Change(datetime(2024, 10, 27, 2), datetime(2024, 10, 27, 3), back=True)


@pytest.mark.parametrize(
    ("cron", "zone", "found"),
    [
        pytest.param("30 2 * * *", "Europe/Rome", True, id="in the hour"),
        pytest.param("0 3 * * *", "Europe/Rome", False, id="at its end"),
        pytest.param("30 2 * * 1", "Europe/Rome", False, id="on another day of the week"),
        pytest.param("15 * * * *", "Europe/Rome", False, id="in each hour"),
        pytest.param("15 * * * *", "Australia/Lord_Howe", True, id="in each hour, by half an hour"),
        pytest.param("30 2 * * *", "Asia/Kolkata", False, id="where clocks are not set"),
    ],
)
def test_a_time_is_disputed_where_the_clock_is_set(cron: str, zone: str, found: bool) -> None:
    assert any(disputed(cron, zone, datetime(2024, 1, 1))) == found


def test_what_was_before_the_start_is_not_disputed() -> None:
    first = next(disputed("30 2 * * *", "Europe/Rome", datetime(2024, 5, 1)))
    assert first == datetime(2024, 10, 27, 2, 30)
