"""Datasets of several DAGs, and a DAG that they start beside a schedule of its own."""

# Converted from `on_datasets.py`.

import dagster as dg

from .._airflow import Task, airflow_dag
from ..runtime.datasets import all_of, on_updates, updates
from ..runtime.dates import data_interval
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


DATED_BY_UPDATES = dict(key_prefix="dated_by_updates", group_name="dated_by_updates")


@dg.asset(**DATED_BY_UPDATES, output_required=False)
def tell(context: dg.AssetExecutionContext):
    yield from run_bash(f"echo {data_interval(context).ds} {data_interval(context).ts_nodash}")


dated_by_updates_job = dg.define_asset_job("dated_by_updates", selection=[tell])
dated_by_updates_sensor = on_updates(dated_by_updates_job, "s3://shop/orders")
makes_orders_job = dg.define_asset_job("makes_orders", selection=[write])
now_and_then_job = dg.define_asset_job("now_and_then", selection=[report])
now_and_then_schedule = dg.ScheduleDefinition(
    job=now_and_then_job, cron_schedule="0 1 * * 3", execution_timezone="Europe/Rome"
)
now_and_then_sensor = on_updates(now_and_then_job, all_of("s3://shop/orders", "s3://shop/prices"))
defs = dg.Definitions.merge(
    dg.Definitions(
        assets=[tell, write, report],
        jobs=[dated_by_updates_job, makes_orders_job, now_and_then_job],
        schedules=[now_and_then_schedule],
        sensors=[dated_by_updates_sensor, now_and_then_sensor],
    ),
    airflow_dag(
        "intervals_of_updates",
        file="on_datasets.py",
        tasks={
            "tell_both": Task(),
        },
        needs="s3://shop/orders",
    ),
)
