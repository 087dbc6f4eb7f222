"""Ways of writing: several statements on a line, f-strings, postponed annotations, names that are assigned twice."""

# Converted from `written.py`.

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg
import pendulum

if TYPE_CHECKING:
    import pandas as pd

LIMIT = 2
UNIT = "kg"
folder = "first"
more = [1]
more += [2]


def rows_of(frame: "pd.DataFrame | None", later: "Later | None" = None) -> "Later | None":
    return later


class Later:
    frame: "pd.DataFrame" = None


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
WRITTEN = dict(key_prefix="written", group_name="written", partitions_def=daily)


@dg.asset(**WRITTEN, deps=[dg.AssetKey(["written", "two"])])
def in_texts(context: dg.AssetExecutionContext):
    logical_date = pendulum.instance(context.partition_time_window.start)
    data_interval_end = pendulum.instance(context.partition_time_window.end)
    a = f"{os.environ.get('AIRFLOW_VAR_BUCKET', 'none')}/x"
    b = f"{context.partition_key.replace('-', '')}"
    c = f"""
    {context.partition_key}: {context.partition_time_window.start:%Y%m%dT%H%M%S}
    """
    # the month begins here
    first = logical_date.replace(day=1).to_date_string()
    before = (data_interval_end - timedelta(days=1)).to_date_string()
    return [a, b, c, first, before, rows_of(None)]


# the first one
@dg.asset(**WRITTEN, deps=[dg.AssetKey(["written", "two"])])
def use():
    folder = "first"
    unit = UNIT
    return f"{folder} {unit}"


def again(where, LIMIT=LIMIT):
    LIMIT = LIMIT + 1
    return [where, LIMIT, more]


@dg.multi_asset(
    outs={
        "result": dg.AssetOut(key=["written", "push"], group_name="written", owners=["team:a-b-c"]),
        "a_b": dg.AssetOut(key=["written", "push__a-b"], group_name="written", owners=["team:a-b-c"]),
    },
    name="written__push",
    partitions_def=daily,
)
def push():
    a_b = (half := 0.5)
    return half, a_b


@dg.asset(**WRITTEN, ins={"half": dg.AssetIn(key=["written", "push__a-b"])})
def pull(half):
    # nobody knows why it is half
    # not a whole
    return half * 2


@dg.asset(**WRITTEN)
def one():
    return 1


@dg.asset(**WRITTEN, deps=[dg.AssetKey(["written", "one"])])
def two():
    return 2


folder = "second"


@dg.asset(**WRITTEN, name="again")
def again_asset():
    return again(where=folder)


@dg.asset(**WRITTEN, deps=[dg.AssetKey(["written", "two"])])
def shown(context: dg.AssetExecutionContext):
    a = context.partition_key
    b = "line\nend"
    return [a, b]


# every day, for the desk
# the order of the day
# nothing comes after it
written_job = dg.define_asset_job(
    "written", selection=[one, two, in_texts, use, again_asset, push, pull, shown]
)
written_schedule = dg.build_schedule_from_partitioned_job(written_job)
defs = dg.Definitions(
    assets=[one, two, in_texts, use, again_asset, push, pull, shown],
    jobs=[written_job],
    schedules=[written_schedule],
)
# dag.test()
