"""Groups, contracted tasks, names that Dagster or Python would trip over."""

# Converted from `grouped.py`.

from datetime import timedelta, timezone

import dagster as dg

daily = dg.DailyPartitionsDefinition("2024-01-01", hour_offset=6, minute_offset=30, timezone="Europe/Rome")
GROUPED_NAMES = dict(group_name="grouped_names", partitions_def=daily)


@dg.asset(**GROUPED_NAMES, name="sum", key_prefix=["grouped-names"])
def sum_asset():
    return 1


@dg.asset(
    **GROUPED_NAMES,
    name="input",
    key_prefix=["grouped-names"],
    ins={"type_": dg.AssetIn(key=["grouped-names", "sum"])},
)
def input_(type_):
    type = type_
    return type + 1


@dg.asset(**GROUPED_NAMES, key_prefix=["grouped-names", "north"])
def load(context: dg.AssetExecutionContext):
    ds = f"{context.partition_time_window.start.astimezone(timezone.utc):%Y-%m-%d}"
    data_interval_end = context.partition_time_window.end.astimezone(timezone.utc)
    return f"{ds} until {data_interval_end}"


@dg.asset(
    **GROUPED_NAMES,
    name="load",
    key_prefix=["grouped-names", "south"],
    deps=[dg.AssetKey(["grouped-names", "north", "load"])],
)
def south_load(context: dg.AssetExecutionContext):
    ts = context.partition_time_window.start.astimezone(timezone.utc).isoformat()
    ts_nodash = f"{context.partition_time_window.start.astimezone(timezone.utc):%Y%m%dT%H%M%S}"
    yesterday_ds = (
        f"{context.partition_time_window.start.astimezone(timezone.utc) - timedelta(days=1):%Y-%m-%d}"
    )
    return [ts, ts_nodash, yesterday_ds]


grouped_names_job = dg.define_asset_job("grouped_names", selection=[load, south_load, sum_asset, input_])
grouped_names_schedule = dg.build_schedule_from_partitioned_job(grouped_names_job)
defs = dg.Definitions(
    assets=[load, south_load, sum_asset, input_],
    jobs=[grouped_names_job],
    schedules=[grouped_names_schedule],
)
