"""The dates of a partition are those in Airflow's context for the same interval, in whichever time zone."""

from datetime import datetime, timezone
from typing import Any

import dagster as dg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.runtime.dates import DATE_TAG, DataInterval, data_interval

SCHEDULES = (
    "0 0 * * *",
    "30 5 * * *",
    "0 * * * *",
    "*/20 * * * *",
    "0 0 * * 1",
    "15 3 1 * *",
    "0 22 * * 1-5",
)
ZONES = ("UTC", "Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
TEXTS = ["ds", "ds_nodash", "ts", "ts_nodash", "ts_nodash_with_tz", "prev_ds", "prev_ds_nodash", "next_ds"]
TEXTS += ["next_ds_nodash", "yesterday_ds", "yesterday_ds_nodash", "tomorrow_ds", "tomorrow_ds_nodash"]


def interval_of(partitions: dg.PartitionsDefinition[str], key: str) -> DataInterval:
    """What an asset of these partitions sees when it runs."""
    seen: list[DataInterval] = []

    @dg.asset(partitions_def=partitions)
    def asset(context: dg.AssetExecutionContext) -> None:
        seen.append(data_interval(context))

    assert dg.materialize([asset], partition_key=key).success
    return seen[0]


def windows(schedule: str, zone: str, start: datetime) -> dg.TimeWindowPartitionsDefinition:
    text = f"{start:%Y-%m-%dT%H:%M:%S}"
    return dg.TimeWindowPartitionsDefinition(
        start=text, fmt="%Y-%m-%dT%H:%M:%S", cron_schedule=schedule, timezone=zone
    )


def as_airflow_names_them(interval: DataInterval) -> dict[str, str]:
    moments = {
        "logical_date": interval.start,
        "data_interval_start": interval.start,
        "data_interval_end": interval.end,
        "prev_execution_date": interval.previous,
        "next_execution_date": interval.next,
    }
    return {name: str(moment) for name, moment in moments.items()} | {
        name: getattr(interval, name) for name in TEXTS
    }


@settings(max_examples=40, deadline=None)
@given(
    schedule=st.sampled_from(SCHEDULES),
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2023, 1, 1), datetime(2025, 12, 1)).map(lambda t: t.replace(microsecond=0)),
)
def test_a_partition_has_the_dates_of_airflows_run(
    airflow2: Any, schedule: str, zone: str, start: datetime
) -> None:
    partitions = windows(schedule, zone, start)
    first = partitions.get_first_partition_key()
    assert first
    begins = partitions.time_window_for_partition_key(first).start.astimezone(timezone.utc)
    theirs = airflow2.ask("context", schedule=schedule, zone=zone, start=begins.isoformat())
    assert as_airflow_names_them(interval_of(partitions, first)) == theirs


def test_a_day_in_rome_starts_on_the_day_before_in_utc() -> None:
    rome = dg.DailyPartitionsDefinition("2024-01-01", timezone="Europe/Rome")
    assert interval_of(rome, "2024-01-03").ds == "2024-01-02"


def test_of_two_dimensions_the_one_of_time_counts() -> None:
    days, regions = dg.DailyPartitionsDefinition("2024-01-01"), dg.StaticPartitionsDefinition(["de", "fr"])
    both = dg.MultiPartitionsDefinition({"day": days, "region": regions})
    key = dg.MultiPartitionKey({"day": "2024-01-03", "region": "de"})
    assert (interval_of(both, key).prev_ds, interval_of(both, key).next_ds) == ("2024-01-02", "2024-01-04")


@pytest.fixture
def seen() -> list[DataInterval]:
    return []


@pytest.fixture
def job(seen: list[DataInterval]) -> dg.JobDefinition:
    @dg.op
    def look(context: dg.OpExecutionContext) -> None:
        seen.append(data_interval(context))

    @dg.job
    def unpartitioned() -> None:
        look.alias("first")()
        look.alias("second")()

    return unpartitioned


def test_all_steps_of_a_run_without_a_partition_see_its_creation(
    job: dg.JobDefinition, seen: list[DataInterval]
) -> None:
    before = datetime.now(timezone.utc)
    assert job.execute_in_process().success
    assert seen[0] == seen[1]
    assert before <= seen[0].start == seen[0].end == seen[0].previous <= datetime.now(timezone.utc)


@pytest.mark.parametrize("tag", ["2024-01-03T00:30:00", "2024-01-03T02:30:00+02:00"])
def test_a_tag_says_what_a_run_without_a_partition_is_about(
    job: dg.JobDefinition, seen: list[DataInterval], tag: str
) -> None:
    assert job.execute_in_process(tags={DATE_TAG: tag}).success
    assert seen[0].ts == "2024-01-03T00:30:00+00:00"


def test_a_partition_that_is_not_of_time_has_no_dates() -> None:
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["de"]))
    def asset(context: dg.AssetExecutionContext) -> None:
        data_interval(context)

    with pytest.raises(Exception, match=r"[Tt]ime"):
        dg.materialize([asset], partition_key="de")
