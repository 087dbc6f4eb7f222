"""Which rows of a table belong to which partition, where one run made several: a column with times tells.

An asset names the column in its metadata, as `partition_column`. Times without a zone are of the partitions' zone.
"""

from typing import Any

import dagster as dg
import pandas as pd

COLUMN = "partition_column"


def rows_by_partition(context: dg.OutputContext, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows of each partition that the run is about; of one partition, the table as it is.

    Raises dagster.Failure for rows that no partition of the run has, and where there is no column to tell by.
    """
    keys = list(context.asset_partition_keys)
    if len(keys) == 1:
        return {keys[0]: table}
    times = _times(context, table)
    windows = context.asset_partitions_def
    if not isinstance(windows, dg.TimeWindowPartitionsDefinition):
        raise _refused(context, "its partitions are no spans of time")
    found, left = {}, pd.Series(True, index=table.index)
    for key in keys:
        window = windows.time_window_for_partition_key(key)
        inside = (times >= window.start) & (times < window.end)
        part = table[inside]
        found[key] = part.reset_index(drop=True) if isinstance(table.index, pd.RangeIndex) else part
        left &= ~inside
    if left.any():
        raise _refused(
            context, f"{int(left.sum())} of {len(table)} rows are of none of the {len(keys)} partitions"
        )
    return found


def _times(context: dg.OutputContext, table: pd.DataFrame) -> "pd.Series[Any]":
    column = (context.definition_metadata or {}).get(COLUMN)
    if column is None:
        raise _refused(context, f"no `{COLUMN}` in its metadata says which partition a row belongs to")
    if column not in table:
        raise _refused(context, f"it has no column {column!r}")
    given = table[column]
    if not pd.api.types.is_datetime64_any_dtype(given):
        parsed = pd.to_datetime(given.astype("string"), format="ISO8601", errors="coerce", utc=True)
        zoned = given.astype("string").str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", na=False)
        if zoned.all():
            return parsed
        given = pd.to_datetime(given.astype("string"), format="ISO8601", errors="coerce", utc=True)
        given = given.dt.tz_localize(None)
    zone = getattr(context.asset_partitions_def, "timezone", "UTC")
    return (
        given
        if given.dt.tz is not None
        else given.dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    )


def _refused(context: dg.OutputContext, why: str) -> dg.Failure:
    name = "/".join(context.asset_key.path)
    return dg.Failure(f"{name} cannot be kept for several partitions at once: {why}", allow_retries=False)
