"""Tasks that wait for themselves in the run before."""

# Converted from `past.py`.

import dagster as dg

from ..runtime.other_jobs import OtherJob
from ..runtime.sensors import wait_until
from ..runtime.shell import run_bash

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
IN_ORDER = dict(key_prefix="in_order", group_name="in_order", partitions_def=daily)


@dg.asset(**IN_ORDER)
def begin(context: dg.AssetExecutionContext) -> None:
    wait_until(
        OtherJob(context, "in_order", daily, steps=["in_order__begin"]).ended_before(
            context.partition_time_window.start
        ),
        timeout=None,
    )


@dg.asset(**IN_ORDER, deps=[dg.AssetKey(["in_order", "begin"])], output_required=False)
def count(context: dg.AssetExecutionContext):
    wait_until(
        OtherJob(context, "in_order", daily, steps=["in_order__count"]).ended_before(
            context.partition_time_window.start
        ),
        timeout=None,
    )
    yield from run_bash(f"echo {context.partition_key}")


@dg.asset(**IN_ORDER, ins={"text": dg.AssetIn(key=["in_order", "count"])})
def add(context: dg.AssetExecutionContext, text):
    """Adds it up."""
    wait_until(
        OtherJob(context, "in_order", daily, steps=["in_order__add"]).ended_before(
            context.partition_time_window.start
        ),
        timeout=None,
    )
    return text


@dg.asset(**IN_ORDER, ins={"text": dg.AssetIn(key=["in_order", "add"])})
def total(context: dg.AssetExecutionContext, text):
    wait_until(
        OtherJob(context, "in_order", daily, steps=["in_order__total", ["in_order__total"]]).ended_before(
            context.partition_time_window.start
        ),
        timeout=None,
    )
    return text


in_order_job = dg.define_asset_job("in_order", selection=[begin, count, add, total])
in_order_schedule = dg.build_schedule_from_partitioned_job(in_order_job)
defs = dg.Definitions(
    assets=[begin, count, add, total],
    jobs=[in_order_job],
    schedules=[in_order_schedule],
)
