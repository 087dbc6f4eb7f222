"""Datasets of several DAGs, and a DAG that they start beside a schedule of its own."""

# Converted from `on_datasets.py`.

import dagster as dg

from ..runtime.datasets import all_of, on_updates, updates
from ..runtime.shell import run_bash

MAKES_ORDERS = dict(key_prefix="makes_orders", group_name="makes_orders")


@dg.asset(**MAKES_ORDERS, output_required=False)
@updates("s3://shop/orders")
def write():
    yield from run_bash("echo orders")


NOW_AND_THEN = dict(key_prefix="now_and_then", group_name="now_and_then")


@dg.asset(**NOW_AND_THEN)
def report():
    return "done"


makes_orders_job = dg.define_asset_job("makes_orders", selection=[write])
now_and_then_job = dg.define_asset_job("now_and_then", selection=[report])
now_and_then_schedule = dg.ScheduleDefinition(
    job=now_and_then_job, cron_schedule="0 1 * * 3", execution_timezone="Europe/Rome"
)
now_and_then_sensor = on_updates(now_and_then_job, all_of("s3://shop/orders", "s3://shop/prices"))
defs = dg.Definitions(
    assets=[write, report],
    jobs=[makes_orders_job, now_and_then_job],
    schedules=[now_and_then_schedule],
    sensors=[now_and_then_sensor],
)
