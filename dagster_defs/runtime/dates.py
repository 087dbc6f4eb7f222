"""The dates of a run: the interval of data that it is about, and the usual texts for it. All are in UTC.

A daily partition in UTC needs none of this: `context.partition_key` is its date. This is for others,
for the intervals before and after, and for runs without a partition.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import dagster as dg

DATE_TAG = "logical_date"  # launches a run without a partition as if it had been launched then
END_TAG = "data_interval_end"  # where such a run is about an interval, and not about a moment


@dataclass(frozen=True)
class DataInterval:
    """From `start` up to `end`. `previous` and `next` are the starts of the intervals around it."""

    start: datetime
    end: datetime
    previous: datetime
    next: datetime

    @property
    def ds(self) -> str:
        """The date of the start, such as "2024-01-03"."""
        return _ds(self.start)

    @property
    def ds_nodash(self) -> str:
        return _nodash(self.ds)

    @property
    def ts(self) -> str:
        """The start, such as "2024-01-03T05:30:00+00:00"."""
        return self.start.isoformat()

    @property
    def ts_nodash(self) -> str:
        """The start, such as "20240103T053000"."""
        return f"{self.start:%Y%m%dT%H%M%S}"

    @property
    def ts_nodash_with_tz(self) -> str:
        """The start, such as "20240103T053000+0000"."""
        return _nodash(self.ts).replace(":", "")

    @property
    def prev_ds(self) -> str:
        return _ds(self.previous)

    @property
    def prev_ds_nodash(self) -> str:
        return _nodash(self.prev_ds)

    @property
    def next_ds(self) -> str:
        return _ds(self.next)

    @property
    def next_ds_nodash(self) -> str:
        return _nodash(self.next_ds)

    @property
    def yesterday_ds(self) -> str:
        """The day before the start, whatever the length of the interval."""
        return _ds(self.start - timedelta(days=1))

    @property
    def yesterday_ds_nodash(self) -> str:
        return _nodash(self.yesterday_ds)

    @property
    def tomorrow_ds(self) -> str:
        """The day after the start, whatever the length of the interval."""
        return _ds(self.start + timedelta(days=1))

    @property
    def tomorrow_ds_nodash(self) -> str:
        return _nodash(self.tomorrow_ds)


def data_interval(context: dg.OpExecutionContext | dg.AssetExecutionContext) -> DataInterval:
    """The window of the run's partition.

    Without a partition, the moment that the run was launched for: its tag `logical_date`, or its creation.
    """
    if not context.has_partition_key:
        moment, end = launched_for(context.run, context.instance)
        return DataInterval(moment, end, moment, moment)
    window = context.partition_time_window
    before = _partitions(context).get_prev_partition_window(window.start, respect_bounds=False)
    previous = before.start if before else window.start
    return DataInterval(*(_utc(t) for t in (window.start, window.end, previous, window.end)))


def _partitions(
    context: dg.OpExecutionContext | dg.AssetExecutionContext,
) -> dg.TimeWindowPartitionsDefinition:
    found = context.assets_def.partitions_def if context.has_assets_def else context.job_def.partitions_def
    if isinstance(found, dg.MultiPartitionsDefinition) and found.has_time_window_dimension:
        return found.time_window_partitions_def
    if not isinstance(found, dg.TimeWindowPartitionsDefinition):
        raise dg.Failure(f"not partitioned by time: {found}", allow_retries=False)
    return found


def launched_for(run: dg.DagsterRun, instance: dg.DagsterInstance) -> tuple[datetime, datetime]:
    """Start and end of what a run without a partition is about: its tags, or the moment of its creation."""
    moment, end = run.tags.get(DATE_TAG), run.tags.get(END_TAG)
    if moment:
        start = _parsed(moment)
    elif record := instance.get_run_record_by_id(run.run_id):
        start = _utc(record.create_timestamp)
    else:
        raise dg.Failure(f"no record of the run {run.run_id}", allow_retries=False)
    return start, _parsed(end) if end else start


def _parsed(text: str) -> datetime:
    """A date without an offset is meant in UTC."""
    given = datetime.fromisoformat(text)
    return _utc(given) if given.tzinfo else given.replace(tzinfo=timezone.utc)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)


def _ds(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _nodash(text: str) -> str:
    return text.replace("-", "")
