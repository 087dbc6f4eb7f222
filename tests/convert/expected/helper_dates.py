"""A function that stays one, as two tasks call it, and that wants more of a date than a plain one has."""

# Converted from `helper_dates.py`.

import dagster as dg
import pendulum


def local_day(moment):
    return moment.in_timezone("Asia/Tokyo").to_date_string()


def told(what, data_interval_start=None, data_interval_end=None):
    """Only pendulum's dates can do what it does with the first."""
    return [what, local_day(data_interval_start), data_interval_end.strftime("%d.%m.%Y")]


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
HELPER_DATES = dict(key_prefix="helper_dates", group_name="helper_dates", partitions_def=daily)


@dg.asset(**HELPER_DATES)
def first(context: dg.AssetExecutionContext):
    return told(
        what="a",
        data_interval_start=pendulum.instance(context.partition_time_window.start),
        data_interval_end=context.partition_time_window.end,
    )


@dg.asset(**HELPER_DATES)
def second(context: dg.AssetExecutionContext):
    return told(
        what="b",
        data_interval_start=pendulum.instance(context.partition_time_window.start),
        data_interval_end=context.partition_time_window.end,
    )


helper_dates_job = dg.define_asset_job("helper_dates", selection=[first, second])
helper_dates_schedule = dg.build_schedule_from_partitioned_job(helper_dates_job)
defs = dg.Definitions(assets=[first, second], jobs=[helper_dates_job], schedules=[helper_dates_schedule])
