"""Functions that hand the context on, push on some ways only, and ask for its smaller parts."""

# Converted from `asks.py`.

import json
import os
from types import SimpleNamespace

import dagster as dg
import pendulum

from ..runtime.connections import connection
from ..runtime.context import TaskInstance

PREFIX = "cases"


def stamp(context, name):
    """Reads three parts of it."""
    return f"{name} {context['ds']} {context['ti'].task_id} {context['dag_run'].run_id is not None}"


def remember(ti, rows) -> None:
    ti.xcom_push(key="count", value=len(rows))
    ti.log.info("%s rows", len(rows))


def describe(ds, ts_nodash, **kwargs):
    before = kwargs["task_instance"].xcom_pull(task_ids="load")
    return [ds, ts_nodash, kwargs["dag"].dag_id, kwargs["logical_date"].add(days=1).to_date_string(), before]


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
ASKS = dict(key_prefix="asks", group_name="asks", partitions_def=daily)


@dg.multi_asset(
    outs={
        "result": dg.AssetOut(key=["asks", "load"], group_name="asks"),
        "count": dg.AssetOut(key=["asks", "load__count"], group_name="asks"),
    },
    name="asks__load",
    partitions_def=daily,
)
def load(context: dg.AssetExecutionContext):
    task_instance = TaskInstance(log=context.log)
    rows = [1, 2, 3]
    remember(task_instance, rows)
    return [
        stamp(
            {
                "ds": context.partition_key,
                "ti": SimpleNamespace(task_id="load"),
                "dag_run": SimpleNamespace(run_id=context.run_id),
            },
            "load",
        ),
        len(rows),
    ], task_instance.pushed.get("count")


@dg.multi_asset(
    outs={
        "result": dg.AssetOut(key=["asks", "on_some_ways"], group_name="asks"),
        "odd": dg.AssetOut(key=["asks", "on_some_ways__odd"], group_name="asks"),
        "last": dg.AssetOut(key=["asks", "on_some_ways__last"], group_name="asks"),
    },
    name="asks__on_some_ways",
    partitions_def=daily,
)
def on_some_ways(context: dg.AssetExecutionContext):
    odd = None
    last = None
    logical_date = context.partition_time_window.start
    day = logical_date.day
    if day % 2:
        odd = day
        return "odd", odd, last
    for n in range(day):
        last = n
    if day > 100:
        return None, odd, last
    return None, odd, last


@dg.asset(
    **ASKS,
    ins={
        "load": dg.AssetIn(key=["asks", "load"]),
        "on_some_ways": dg.AssetIn(key=["asks", "on_some_ways"]),
        "nothing": dg.AssetIn(key=["asks", "nothing"]),
        "count": dg.AssetIn(key=["asks", "load__count"]),
        "odd": dg.AssetIn(key=["asks", "on_some_ways__odd"]),
        "last": dg.AssetIn(key=["asks", "on_some_ways__last"]),
    },
)
def collects(context: dg.AssetExecutionContext, load, on_some_ways, nothing, count, odd, last):
    found = [x for x in [load, on_some_ways, nothing] if x is not None]
    return [
        list(found),
        count,
        odd,
        last,
        "collects",
        "asks",
        context.retry_number + 1,
        False,
    ]


@dg.asset(**ASKS)
def nothing():
    return None


@dg.asset(**ASKS)
def settings():
    db = connection("cases_db")
    limit = json.loads(os.environ["AIRFLOW_VAR_" + (f"{PREFIX}_limits").upper()])["rows"]
    if limit > 100:
        raise RuntimeError("too many rows")
    return [db.host, db.port, db.schema, db.extra_dejson.get("mode"), len(db.password), limit]


@dg.asset(
    **ASKS,
    name="describe",
    ins={"load": dg.AssetIn(key=["asks", "load"])},
    deps=[dg.AssetKey(["asks", "current"])],
)
def described(context: dg.AssetExecutionContext, load):
    task_instance = TaskInstance({("load", "return_value"): load})
    return describe(
        ds=context.partition_key,
        ts_nodash=f"{context.partition_time_window.start:%Y%m%dT%H%M%S}",
        task_instance=task_instance,
        dag=SimpleNamespace(dag_id="asks"),
        logical_date=pendulum.instance(context.partition_time_window.start),
    )


@dg.asset(
    **ASKS,
    ins={"load": dg.AssetIn(key=["asks", "load"])},
    deps=[dg.AssetKey(["asks", "collects"])],
)
def current(context: dg.AssetExecutionContext, load):
    task_instance = TaskInstance({("load", "return_value"): load})
    return describe(
        ds=context.partition_key,
        ts_nodash=f"{context.partition_time_window.start:%Y%m%dT%H%M%S}",
        task_instance=task_instance,
        dag=SimpleNamespace(dag_id="asks"),
        logical_date=pendulum.instance(context.partition_time_window.start),
    )


asks_job = dg.define_asset_job(
    "asks",
    selection=[load, on_some_ways, nothing, collects, described, current, settings],
)
asks_schedule = dg.build_schedule_from_partitioned_job(asks_job)
defs = dg.Definitions(
    assets=[load, on_some_ways, nothing, collects, described, current, settings],
    jobs=[asks_job],
    schedules=[asks_schedule],
)
