"""The clock is asked as Airflow's own operators ask it."""

import itertools
from datetime import datetime, time, timedelta, timezone
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from airflow.operators.datetime import target_times_as_dates
from airflow.utils import timezone as airflow_timezone

from migrator.runtime import clock
from migrator.runtime.clock import in_range, is_latest, is_past, local_now, today_at

DAY = datetime(2024, 3, 31, tzinfo=timezone.utc)  # clocks are set in Rome
NOWS = [DAY + timedelta(minutes=30 * n) for n in range(48)]
BOUNDS: list[Any] = [
    None,
    time(1, 30),
    time(2, 30),
    time(23, 59),
    time(2, 30, tzinfo=timezone.utc),
    datetime(2024, 3, 31, 2, 30),
    datetime(2024, 3, 31, 12, tzinfo=timezone.utc),
]


def airflow_says(now: datetime, lower: Any, upper: Any, zone: str) -> bool:
    """What BranchDateTimeOperator does."""
    zoned = airflow_timezone.parse_timezone(zone)
    low, high = target_times_as_dates(now, lower, upper)
    low, high = (airflow_timezone.coerce_datetime(bound, zoned) for bound in (low, high))
    return not (high is not None and high < now) and not (low is not None and low > now)


def mixed(lower: Any, upper: Any) -> bool:
    """Airflow itself cannot compare a bound with a time zone and one without."""
    both = [getattr(b, "tzinfo", None) is None for b in (lower, upper) if b is not None]
    return len(set(both)) > 1 and not (isinstance(lower, datetime) and isinstance(upper, datetime))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Rome", "America/New_York"])
@pytest.mark.parametrize(("lower", "upper"), itertools.product(BOUNDS, BOUNDS))
def test_a_range_is_that_of_the_branch_operator(lower: Any, upper: Any, zone: str) -> None:
    if mixed(lower, upper):
        return
    for now in NOWS:
        assert in_range(now, lower=lower, upper=upper, zone=zone) == airflow_says(now, lower, upper, zone), (
            now
        )


def test_a_moment_is_past_or_not() -> None:
    now = datetime.now(timezone.utc)
    assert is_past(now - timedelta(seconds=1)) and not is_past(now + timedelta(minutes=1))
    assert (
        is_past("2024-01-01T00:00:00") and is_past("2024-01-01") and not is_past("2999-01-01T00:00:00+02:00")
    )
    assert is_past((now - timedelta(minutes=1)).replace(tzinfo=None))


def test_a_time_of_today_is_one_of_that_zone() -> None:
    found = today_at(time(6, 30), "Asia/Tokyo")
    assert (found.hour, found.minute, found.utcoffset()) == (6, 30, timedelta(hours=9))
    assert found.date() == local_now("Asia/Tokyo").date()
    assert local_now("Asia/Tokyo").tzinfo is None


DAILY = dg.DailyPartitionsDefinition("2024-01-01", timezone="Europe/Rome")
SCHEDULED = {"dagster/schedule_name": "it"}


def context(day: str, tags: dict[str, str]) -> dg.OpExecutionContext:
    window = DAILY.time_window_for_partition_key(day)
    job = SimpleNamespace(partitions_def=DAILY)
    found = SimpleNamespace(run=SimpleNamespace(tags=tags), partition_time_window=window, job_def=job)
    return cast(dg.OpExecutionContext, found)


@pytest.mark.parametrize(
    ("hour", "tags", "given", "latest"),
    [
        (0, SCHEDULED, {}, True),
        (23, SCHEDULED, {}, True),
        (24, SCHEDULED, {}, True),
        (24.1, SCHEDULED, {}, False),
        (24.1, {"dagster/backfill": "x"}, {}, False),
        (24.1, {}, {}, True),
        (0.1, SCHEDULED, {"interval": False}, False),
        (0, SCHEDULED, {"interval": False}, True),
    ],
)
def test_a_run_is_the_latest_until_the_next_is_due(
    hour: float, tags: dict[str, str], given: dict[str, Any], latest: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = datetime(2024, 1, 3, tzinfo=ZoneInfo("Europe/Rome"))  # of the interval of January 2
    monkeypatch.setattr(clock, "utc_now", lambda: end + timedelta(hours=hour))
    assert is_latest(context("2024-01-02", tags), **given) is latest
