"""Classic operators that hand values on by XCom keys and templates."""

# Converted from `pulled.py`.

import json
import os
from datetime import timedelta

import dagster as dg

from ..runtime.shell import run_bash

STAGE = os.environ.get("AIRFLOW_VAR_CASES_STAGE", "dev")  # read when the file is loaded
daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
PULLED = dict(
    key_prefix="pulled",
    group_name="pulled",
    partitions_def=daily,
    owners=["bi@example.com"],
    retry_policy=dg.RetryPolicy(max_retries=1, delay=1),
)


@dg.multi_asset(
    outs={
        "result": dg.AssetOut(key=["pulled", "extract"], group_name="pulled", owners=["bi@example.com"]),
        "path": dg.AssetOut(key=["pulled", "extract__path"], group_name="pulled", owners=["bi@example.com"]),
        "count": dg.AssetOut(
            key=["pulled", "extract__count"], group_name="pulled", owners=["bi@example.com"]
        ),
    },
    name="pulled__extract",
    partitions_def=daily,
    retry_policy=dg.RetryPolicy(max_retries=1, delay=1),
)
def extract(context: dg.AssetExecutionContext):
    source = f"{os.environ.get('AIRFLOW_VAR_CASES_BUCKET', 'shop')}_eu"
    day = context.partition_key
    rows = [f"{day}-{n}" for n in range(3)]
    path = f"{STAGE}/{source}"
    count = len(rows)
    return rows, path, count


@dg.asset(**PULLED, name="only_pushes__answer")
def only_pushes():
    answer = {"forty": 2}
    return answer


@dg.asset(**PULLED, ins={"extract": dg.AssetIn(key=["pulled", "extract"])})
def check(context: dg.AssetExecutionContext, extract):
    asked = {"rows": str(extract), "day": f"{context.partition_time_window.end:%Y-%m-%d}"}
    # templates give text
    return len(asked["rows"]), asked["day"], context.partition_key.replace("-", "")


@dg.asset(
    **PULLED,
    ins={
        "extract_path": dg.AssetIn(key=["pulled", "extract__path"]),
        "rows": dg.AssetIn(key=["pulled", "extract"]),
        "answer": dg.AssetIn(key=["pulled", "only_pushes__answer"]),
    },
    deps=[dg.AssetKey(["pulled", "check"]), dg.AssetKey(["pulled", "echo"])],
)
def store(context: dg.AssetExecutionContext, extract_path, rows, answer):
    path = str(extract_path)
    limit = 2
    logical_date = context.partition_time_window.start
    suffix = os.environ.get("AIRFLOW_VAR_CASES_SUFFIX", "txt")
    return json.dumps([path, rows[:limit], answer, suffix, logical_date.isoformat()])


def scaled(value, factor=10):
    return value * factor


# one function, two tasks
@dg.asset(**PULLED)
def small():
    return scaled(value=2)


@dg.asset(**PULLED, deps=[dg.AssetKey(["pulled", "small"])])
def large():
    return scaled(value=3, factor=100)


@dg.asset(
    **PULLED,
    ins={"count": dg.AssetIn(key=["pulled", "extract__count"])},
    output_required=False,
)
def echo(context: dg.AssetExecutionContext, count):
    yield from run_bash(
        f'echo "first"; echo "$DAY {count} {context.partition_time_window.start + timedelta(days=-7):%Y-%m-%d}"',
        env={"DAY": context.partition_key},
    )


@dg.asset(**PULLED, name="lambda-task", deps=[dg.AssetKey(["pulled", "large"])])
def lambda_task():
    return {"a": 1}


pulled_job = dg.define_asset_job(
    "pulled",
    selection=[extract, only_pushes, check, store, small, large, echo, lambda_task],
)
pulled_schedule = dg.build_schedule_from_partitioned_job(pulled_job)
defs = dg.Definitions(
    assets=[extract, only_pushes, check, store, small, large, echo, lambda_task],
    jobs=[pulled_job],
    schedules=[pulled_schedule],
)
