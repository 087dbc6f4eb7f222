"""The week's orders, added up when all seven days of `daily_orders` are complete.

Weeks are those of the sales report: Monday to Sunday, in UTC. The day's files are read from the lake; a day that is
run again later changes no week that was reported already.

Owner: sales reporting.
"""

# Converted from `weekly_orders.py`.

import csv
import json
import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import dagster as dg
import pendulum

from ..runtime.alerts import tell_of_failures, tell_of_stale, webhook
from ..runtime.other_jobs import OtherJob
from ..runtime.sensors import wait_until

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
CLEAN = DATA_DIR / "lake" / "orders" / "clean"
OUT_DIR = DATA_DIR / "out" / "weekly_orders"

DAYS = 7


def days_of_week(logical_date):
    """The runs of the week's days: ours is dated by its Monday."""
    return [logical_date + timedelta(days=day) for day in range(DAYS)]


def orders_of(day):
    with (CLEAN / f"{day}.csv").open(encoding="utf-8", newline="") as file:
        return [order for order in csv.DictReader(file) if order["status"] == "completed"]


weekly = dg.WeeklyPartitionsDefinition("2024-01-01", day_offset=1, timezone="UTC")
WEEKLY_ORDERS = dict(
    key_prefix="weekly_orders",
    partitions_def=weekly,
    owners=["team:sales-reporting"],
    tags={"orders": "", "weekly": ""},
)


@dg.asset(
    **WEEKLY_ORDERS,
    group_name="gold",
    description="Orders and revenue of each day of the week",
    deps=[
        dg.AssetKey(["weekly_orders", "days_of_week_done"]),
        dg.AssetDep(
            dg.AssetKey(["daily_orders", "daily_cleaned_orders"]),
            partition_mapping=dg.TimeWindowPartitionMapping(),
        ),
    ],
    metadata={"airflow_task": "weekly_orders.summarize_week"},
)
def weekly_order_summary(context: dg.AssetExecutionContext):
    """Orders and revenue of each day of the week, to the cent."""
    first_day = f"{context.partition_time_window.start:%Y-%m-%d}"
    days = [first_day, *(shifted(first_day, by) for by in range(1, DAYS))]
    week = []
    for day in days:
        orders = orders_of(day)
        revenue = sum((Decimal(order["amount"]) for order in orders), Decimal(0))
        week.append({"order_date": day, "orders": len(orders), "revenue": str(revenue)})
    return week


def shifted(day, by):
    return pendulum.parse(day).add(days=by).to_date_string()


@dg.asset(
    **WEEKLY_ORDERS,
    group_name="gold",
    description="Revenue of the week; the sales report reads its file",
    ins={"week": dg.AssetIn(key=["weekly_orders", "weekly_order_summary"])},
    metadata={"airflow_task": "weekly_orders.write_summary"},
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=9)),
)
def weekly_order_report(context: dg.AssetExecutionContext, week):
    week_of = f"{context.partition_time_window.start:%Y-%m-%d}"
    OUT_DIR.mkdir(parents=True, exist_ok=True)
    report = {
        "week_of": week_of,
        "orders": sum(day["orders"] for day in week),
        "revenue": str(sum(Decimal(day["revenue"]) for day in week)),
        "best_day": max(week, key=lambda day: Decimal(day["revenue"]))["order_date"],
        "days": week,
    }
    text = json.dumps(report, indent=1)
    (OUT_DIR / f"{week_of}.json").write_text(text + "\n", encoding="utf-8")
    return report["revenue"]


@dg.asset(
    **WEEKLY_ORDERS,
    group_name="bronze",
    description="There when the days of the week are complete",
    deps=[
        dg.AssetDep(
            dg.AssetKey(["daily_orders", "daily_orders_done"]),
            partition_mapping=dg.TimeWindowPartitionMapping(),
        )
    ],
    metadata={"airflow_task": "weekly_orders.wait_for_days"},
)
def days_of_week_done(context: dg.AssetExecutionContext) -> None:
    daily_orders = OtherJob(
        context,
        "daily_orders",
        dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC"),
        steps=["daily_orders__daily_orders_done"],
    )
    dates = days_of_week(context.partition_time_window.start)
    wait_until(lambda: daily_orders.ended(dates), poke_interval=5 * 60, timeout=12 * 60 * 60)


weekly_orders_job = dg.define_asset_job(
    "weekly_orders",
    selection=[days_of_week_done, weekly_order_summary, weekly_order_report],
    description="Orders and revenue of a week, when its days are complete",
    tags={"orders": "", "weekly": "", "max_active_runs": "weekly_orders"},
)
weekly_orders_schedule = dg.build_schedule_from_partitioned_job(weekly_orders_job)
weekly_orders_failure_alert = tell_of_failures(weekly_orders_job, webhook("ORDERS_ALERTS"), "weekly_orders")
weekly_orders_stale_alert = tell_of_stale(
    weekly_orders_job, [weekly_order_report], webhook("ORDERS_ALERTS"), "weekly_orders"
)
defs = dg.Definitions(
    assets=[days_of_week_done, weekly_order_summary, weekly_order_report],
    jobs=[weekly_orders_job],
    schedules=[weekly_orders_schedule],
    sensors=[weekly_orders_failure_alert, weekly_orders_stale_alert],
)
