"""Helpers that read connections and Variables and raise Airflow's error, and a parameter called like a task."""

# Converted from `stand_ins.py`.

import json
import os

import dagster as dg

from ..runtime.connections import connection


def address(name):
    conn = connection(name)
    if not conn.host:
        raise RuntimeError(f"{name} has no host")
    return f"{conn.host}:{conn.port or 443}"


def limit(of):
    return json.loads(os.environ["AIRFLOW_VAR_" + ("cases_" + of).upper()])["rows"]


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
STAND_INS = dict(key_prefix="stand_ins", group_name="stand_ins", partitions_def=daily)


@dg.asset(**STAND_INS)
def window(context: dg.AssetExecutionContext):
    data_interval_start = context.partition_time_window.start
    return [data_interval_start.isoformat(), context.partition_key]


@dg.asset(**STAND_INS, ins={"window": dg.AssetIn(key=["stand_ins", "window"])})
def fetch(window):
    return [address("cases_db"), limit("limits"), window]


stand_ins_job = dg.define_asset_job("stand_ins", selection=[window, fetch])
stand_ins_schedule = dg.build_schedule_from_partitioned_job(stand_ins_job)
defs = dg.Definitions(assets=[window, fetch], jobs=[stand_ins_job], schedules=[stand_ins_schedule])
