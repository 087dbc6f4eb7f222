"""What starts a run: nothing, one moment, a distance that no cron says, several crons, datasets."""

# Converted from `started.py`.

from datetime import timedelta

import dagster as dg

from ..runtime.datasets import all_of, any_of, on_updates, updates
from ..runtime.dates import data_interval
from ..runtime.shell import run_bash
from ..runtime.triggers import continuously, every, once

BY_HAND = dict(key_prefix="by_hand", group_name="by_hand")


@dg.asset(**BY_HAND)
def dates(context: dg.AssetExecutionContext):
    ds = data_interval(context).ds
    logical_date = data_interval(context).start
    data_interval_end = data_interval(context).start
    tomorrow_ds_nodash = data_interval(context).tomorrow_ds_nodash
    same = logical_date == data_interval_end
    return [ds, logical_date.strftime("%H:%M"), same, tomorrow_ds_nodash]


@dg.asset(**BY_HAND, deps=[dg.AssetKey(["by_hand", "dates"])], output_required=False)
def shell(context: dg.AssetExecutionContext):
    yield from run_bash(
        f"echo {data_interval(context).ds} {data_interval(context).ts} {data_interval(context).start.year}"
    )


EACH_FIVE_HOURS = dict(key_prefix="each_five_hours", group_name="each_five_hours")


@dg.asset(**EACH_FIVE_HOURS, output_required=False)
@updates("s3://shop/orders.json")
def window(context: dg.AssetExecutionContext):
    yield from run_bash(f"echo {data_interval(context).ts} {data_interval(context).end.isoformat()}")


windows = dg.TimeWindowPartitionsDefinition(
    cron_schedule="0 0,12 * * *", start="2024-01-01T00:00", fmt="%Y-%m-%dT%H:%M", timezone="UTC"
)
EACH_TWELVE_HOURS = dict(
    key_prefix="each_twelve_hours", group_name="each_twelve_hours", partitions_def=windows
)


@dg.asset(**EACH_TWELVE_HOURS, output_required=False)
def half(context: dg.AssetExecutionContext):
    yield from run_bash(
        f"echo {data_interval(context).prev_ds} {context.partition_time_window.start:%Y-%m-%d} {data_interval(context).next_ds}"
    )


AT_ONCE = dict(key_prefix="at_once", group_name="at_once")


@dg.asset(**AT_ONCE)
@updates("s3://shop/orders.json", "s3://shop/prices.json")
def stamp(context: dg.AssetExecutionContext):
    """Updates both."""
    ds = data_interval(context).ds
    return ds


@dg.asset(**AT_ONCE, deps=[dg.AssetKey(["at_once", "stamp"])])
@updates("s3://shop/prices.json")
def told() -> None:
    pass


EVER_AGAIN = dict(key_prefix="ever_again", group_name="ever_again")


@dg.asset(**EVER_AGAIN, output_required=False)
def tick():
    yield from run_bash("echo tick")


ON_BOTH = dict(key_prefix="on_both", group_name="on_both")


@dg.asset(**ON_BOTH, output_required=False)
def both():
    yield from run_bash("echo both")


ON_EITHER = dict(key_prefix="on_either", group_name="on_either")


@dg.asset(**ON_EITHER)
def either():
    return "either"


windows_2 = dg.TimeWindowPartitionsDefinition(
    cron_schedule="0 6 * * 1-5",
    start="2024-01-01T00:00",
    end="2024-01-05T06:00",
    fmt="%Y-%m-%dT%H:%M",
    timezone="UTC",
)
UNTIL_FRIDAY = dict(key_prefix="until_friday", group_name="until_friday", partitions_def=windows_2)


@dg.asset(**UNTIL_FRIDAY, output_required=False)
def weekday(context: dg.AssetExecutionContext):
    yield from run_bash(f"echo {context.partition_time_window.start:%Y-%m-%d}")


at_once_job = dg.define_asset_job("at_once", selection=[stamp, told])
at_once_sensor = once(at_once_job, "2024-01-01T00:00:00+00:00")
by_hand_job = dg.define_asset_job("by_hand", selection=[dates, shell])
each_five_hours_job = dg.define_asset_job("each_five_hours", selection=[window])
each_five_hours_sensor = every(each_five_hours_job, timedelta(hours=5), "2024-01-01T00:00:00+00:00")
each_twelve_hours_job = dg.define_asset_job("each_twelve_hours", selection=[half])
each_twelve_hours_schedule = dg.build_schedule_from_partitioned_job(each_twelve_hours_job)
ever_again_job = dg.define_asset_job("ever_again", selection=[tick], tags={"max_active_runs": "ever_again"})
ever_again_sensor = continuously(ever_again_job, "2024-01-01T00:00:00+00:00")
on_both_job = dg.define_asset_job("on_both", selection=[both])
on_both_sensor = on_updates(on_both_job, all_of("s3://shop/orders.json", "s3://shop/prices.json"))
on_either_job = dg.define_asset_job("on_either", selection=[either])
on_either_sensor = on_updates(
    on_either_job, any_of("s3://shop/orders.json", all_of("s3://shop/prices.json", "s3://shop/rates.json"))
)
until_friday_job = dg.define_asset_job("until_friday", selection=[weekday])
until_friday_schedule = dg.build_schedule_from_partitioned_job(until_friday_job)
defs = dg.Definitions(
    assets=[stamp, told, dates, shell, window, half, tick, both, either, weekday],
    jobs=[
        at_once_job,
        by_hand_job,
        each_five_hours_job,
        each_twelve_hours_job,
        ever_again_job,
        on_both_job,
        on_either_job,
        until_friday_job,
    ],
    schedules=[each_twelve_hours_schedule, until_friday_schedule],
    sensors=[at_once_sensor, each_five_hours_sensor, ever_again_sensor, on_both_sensor, on_either_sensor],
)
