"""DAGs that wait for each other's runs and start them."""

# Converted from `other_dags.py`.

from datetime import timedelta
from typing import Any

import dagster as dg
import pendulum

from ..runtime.dates import data_interval
from ..runtime.other_jobs import OtherJob, on_requests
from ..runtime.outcomes import Skip, outcome_executor, outcome_op
from ..runtime.sensors import wait_or_skip, wait_until


def load(day):
    """Bad on the 4th."""
    if day == "2024-01-04":
        raise ValueError(day)


daily = dg.DailyPartitionsDefinition("2024-01-01", hour_offset=6, minute_offset=30, timezone="UTC")
FEED = dict(group_name="feed", partitions_def=daily)


@dg.asset(**FEED, key_prefix=["feed", "loads"])
def first(context: dg.AssetExecutionContext):
    return load(day=context.partition_key)


@dg.asset(**FEED, key_prefix=["feed", "loads"], deps=[dg.AssetKey(["feed", "loads", "first"])])
def second():
    return 2


@outcome_op(short_circuit="all")
def wanted(context: dg.OpExecutionContext):
    day = context.partition_key
    return day != "2024-01-05"


@outcome_op()
def third(context: dg.OpExecutionContext):
    return load(day=context.partition_key)


def days_before(logical_date):
    """The run of the day, and the one before it."""
    return [logical_date - timedelta(hours=1, days=n) for n in range(2)]


hour = timedelta(hours=1)
daily_3 = dg.DailyPartitionsDefinition("2024-01-01", hour_offset=7, minute_offset=30, timezone="UTC")
WAITS_FOR_FEEDS = dict(key_prefix="waits_for_feeds", group_name="waits_for_feeds", partitions_def=daily_3)


@dg.asset(**WAITS_FOR_FEEDS)
def a_task(context: dg.AssetExecutionContext) -> None:
    feed = OtherJob(context, "feed", daily, steps=["feed__loads__first"])
    wait_until(
        lambda: feed.ended(context.partition_time_window.start - timedelta(hours=1)),
        poke_interval=0.2,
        timeout=0.3,
    )


@dg.asset(**WAITS_FOR_FEEDS)
def same_date(context: dg.AssetExecutionContext) -> None:
    feed = OtherJob(context, "feed", daily)
    wait_until(lambda: feed.ended(context.partition_time_window.start), poke_interval=0.1, timeout=0.2)


@dg.asset(**WAITS_FOR_FEEDS)
def whole(context: dg.AssetExecutionContext) -> None:
    feed = OtherJob(context, "feed", daily)
    wait_until(
        lambda: feed.ended(context.partition_time_window.start - hour, failed=["failed"]),
        poke_interval=0.2,
        timeout=0.3,
    )


@dg.asset(**WAITS_FOR_FEEDS, output_required=False)
def soft(context: dg.AssetExecutionContext):
    feed = OtherJob(context, "feed", daily)
    yield from wait_or_skip(
        lambda: feed.ended(context.partition_time_window.start - hour, failed=["failed"], soft_fail=True),
        poke_interval=0.2,
        timeout=0.3,
    )


@dg.asset(**WAITS_FOR_FEEDS)
def group(context: dg.AssetExecutionContext) -> None:
    feed = OtherJob(context, "feed", daily, steps=["feed__loads__first", "feed__loads__second"])
    wait_until(
        lambda: feed.ended(
            context.partition_time_window.start - hour, allowed=["success", "upstream_failed"]
        ),
        poke_interval=0.2,
        timeout=0.3,
    )


@dg.asset(**WAITS_FOR_FEEDS)
def ended(context: dg.AssetExecutionContext) -> None:
    feed = OtherJob(context, "feed", daily, steps=[["feed__loads__second"]])
    wait_until(
        lambda: feed.ended(
            context.partition_time_window.start - hour, allowed=["success", "upstream_failed"]
        ),
        poke_interval=0.2,
        timeout=0.3,
    )


@dg.asset(**WAITS_FOR_FEEDS)
def two_days(context: dg.AssetExecutionContext) -> None:
    feed = OtherJob(context, "feed", daily, steps=["feed__loads__second"])
    dates = days_before(context.partition_time_window.start)
    wait_until(lambda: feed.ended(dates), poke_interval=0.2, timeout=0.3)


@dg.asset(**WAITS_FOR_FEEDS, output_required=False)
def not_wanted(context: dg.AssetExecutionContext):
    routed_feed = OtherJob(context, "routed_feed", daily, steps=["third"])
    dates = (lambda date: date.subtract(hours=1))(pendulum.instance(context.partition_time_window.start))
    yield from wait_or_skip(
        lambda: routed_feed.ended(dates, failed=["failed"], skipped=["skipped"]),
        poke_interval=0.2,
        timeout=0.3,
        soft_fail=False,
    )


daily_2 = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
STARTS_REPORTS = dict(key_prefix="starts_reports", group_name="starts_reports", partitions_def=daily_2)


@dg.asset(**STARTS_REPORTS)
def always(context: dg.AssetExecutionContext) -> None:
    OtherJob(context, "report_on").request(conf={"day": context.partition_key, "full": True})


@dg.asset(**STARTS_REPORTS)
def by_date(context: dg.AssetExecutionContext) -> None:
    OtherJob(context, "report_on").request(date=context.partition_key)


@dg.asset(**STARTS_REPORTS, output_required=False)
def by_name(context: dg.AssetExecutionContext):
    if OtherJob(context, "report_on").request(run_id=f"of_{context.partition_key}", skip_existing=True):
        yield dg.Output(None)


@dg.asset(**STARTS_REPORTS)
def again(context: dg.AssetExecutionContext) -> None:
    OtherJob(context, "report_on").request(
        conf={"day": "first"}, run_id=f"again_{context.partition_key}", again=True
    )


@dg.asset(**STARTS_REPORTS)
def nobody(context: dg.AssetExecutionContext) -> None:
    OtherJob(context, "no_such_dag", missing="no DAG of the project is called no_such_dag").request()


class ReportOnConfig(dg.Config):
    """What a run of report_on is launched with."""

    full: bool = False
    day: Any = None


@outcome_op()
def write(context: dg.OpExecutionContext, config: ReportOnConfig):
    ds = data_interval(context).ds
    if config.day == "skip":
        raise Skip("nothing to do")
    return [config.full, config.day, ds]


def of_midnight(date, **context):
    return date.replace(hour=6, minute=30)


WAITS_IN_A_LOOP = dict(key_prefix="waits_in_a_loop", group_name="waits_in_a_loop", partitions_def=daily_2)


@dg.asset(**WAITS_IN_A_LOOP)
def wait_for_first(context: dg.AssetExecutionContext) -> None:
    feed = OtherJob(context, "feed", daily, steps=["feed__loads__first"])
    dates = of_midnight(pendulum.instance(context.partition_time_window.start))
    wait_until(lambda: feed.ended(dates))


@dg.asset(**WAITS_IN_A_LOOP)
def wait_for_second(context: dg.AssetExecutionContext) -> None:
    feed = OtherJob(context, "feed", daily, steps=["feed__loads__second"])
    dates = of_midnight(pendulum.instance(context.partition_time_window.start))
    wait_until(lambda: feed.ended(dates))


feed_job = dg.define_asset_job("feed", selection=[first, second])
feed_schedule = dg.build_schedule_from_partitioned_job(feed_job)


@dg.job(executor_def=outcome_executor)
def report_on():
    write()


report_on_requests = on_requests(report_on, {"write": ReportOnConfig})


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def routed_feed():
    wanted_done = wanted()
    third(after=wanted_done.outcome)


routed_feed_schedule = dg.build_schedule_from_partitioned_job(routed_feed)
starts_reports_job = dg.define_asset_job(
    "starts_reports", selection=[always, by_date, by_name, again, nobody]
)
starts_reports_schedule = dg.build_schedule_from_partitioned_job(starts_reports_job)
waits_for_feeds_job = dg.define_asset_job(
    "waits_for_feeds",
    selection=[a_task, same_date, whole, soft, group, ended, two_days, not_wanted],
)
waits_for_feeds_schedule = dg.build_schedule_from_partitioned_job(waits_for_feeds_job)
waits_in_a_loop_job = dg.define_asset_job("waits_in_a_loop", selection=[wait_for_first, wait_for_second])
waits_in_a_loop_schedule = dg.build_schedule_from_partitioned_job(waits_in_a_loop_job)
defs = dg.Definitions(
    assets=[
        first,
        second,
        always,
        by_date,
        by_name,
        again,
        nobody,
        a_task,
        same_date,
        whole,
        soft,
        group,
        ended,
        two_days,
        not_wanted,
        wait_for_first,
        wait_for_second,
    ],
    jobs=[feed_job, report_on, routed_feed, starts_reports_job, waits_for_feeds_job, waits_in_a_loop_job],
    schedules=[
        feed_schedule,
        routed_feed_schedule,
        starts_reports_schedule,
        waits_for_feeds_schedule,
        waits_in_a_loop_schedule,
    ],
    sensors=[report_on_requests],
)
