"""Order analytics: revenue per category and customer segments, from orders and the product catalog.

              raw products
                   |
    raw orders -> enriched orders -> revenue per category (of the day)
                         |
                  customer segments (all time, as of the end of the day)

Orders come from the shop's export, products from the catalog service's nightly dump. Old days can be run
again: each run sees what was known at the end of its own day. Owner: analytics.
"""

# Converted from `order_analytics.py`.

import os
from datetime import timedelta
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd

from ..io_managers import IO_MANAGERS
from ..runtime.alerts import tell_of_failures, tell_of_stale, webhook

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out"

# agreed with marketing in 2022, from the top down
SEGMENTS = {"platinum": 1000, "gold": 500, "silver": 100}


def segment_of(spent: pd.Series) -> np.ndarray:
    """The highest segment whose threshold was reached."""
    reached = [spent >= threshold for threshold in SEGMENTS.values()]
    return np.select(reached, list(SEGMENTS), default="bronze")


def write_report(report: pd.DataFrame, name: str, day: str) -> None:
    folder = OUT_DIR / name
    folder.mkdir(parents=True, exist_ok=True)
    report.to_csv(folder / f"{day}.csv", index=False)


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
ORDER_ANALYTICS = dict(
    key_prefix="order_analytics",
    partitions_def=daily,
    io_manager_key="parquet_io_manager",
    owners=["team:analytics"],
    tags={"analytics": "", "orders": ""},
    retry_policy=dg.RetryPolicy(max_retries=1, delay=300),
)


@dg.asset(
    **ORDER_ANALYTICS,
    group_name="bronze",
    description="Each order as it was known at the end of the day",
    metadata={"airflow_task": "order_analytics.extract_orders"},
)
def raw_orders(context: dg.AssetExecutionContext):
    """Each order as it was known at the end of the day."""
    data_interval_end = context.partition_time_window.end
    orders = pd.read_csv(
        DATA_DIR / "orders.csv",
        usecols=lambda column: column != "note",
        dtype={"order_id": "int64", "status": "string", "quantity": "string"},
    )
    orders["created_at"] = pd.to_datetime(orders["created_at"], utc=True)
    orders["updated_at"] = pd.to_datetime(orders["updated_at"], utc=True)
    known = orders[orders["updated_at"] < data_interval_end].sort_values("updated_at", kind="stable")
    return known.drop_duplicates("order_id", keep="last", ignore_index=True)


@dg.asset(
    **ORDER_ANALYTICS,
    group_name="bronze",
    description="The product catalog",
    metadata={"airflow_task": "order_analytics.extract_products"},
)
def raw_products():
    return pd.read_csv(DATA_DIR / "products.csv")


@dg.asset(
    **ORDER_ANALYTICS,
    group_name="silver",
    description="Orders joined with their products, and what each line is worth",
    ins={
        "orders": dg.AssetIn(key=["order_analytics", "raw_orders"]),
        "products": dg.AssetIn(key=["order_analytics", "raw_products"]),
    },
    metadata={"airflow_task": "order_analytics.enrich_orders"},
)
def enriched_orders(orders: pd.DataFrame, products: pd.DataFrame):
    """Orders joined with their products, and what each line is worth."""
    # people edit this one in the UI before sales weeks
    high_value = float(os.environ.get("AIRFLOW_VAR_HIGH_VALUE_THRESHOLD", "500"))

    orders["quantity"] = pd.to_numeric(orders["quantity"], errors="coerce")
    orders["status"] = orders["status"].str.strip().str.lower()
    orders = orders.dropna(subset=["customer_id", "quantity", "unit_price", "status"])
    orders = orders[(orders["quantity"] > 0) & (orders["unit_price"] >= 0) & (orders["discount"] <= 1)]

    enriched = orders.merge(products, on="product_id", how="left")
    enriched["category"] = enriched["category"].fillna("unknown")  # not in the catalog yet
    net_price = enriched["unit_price"] * (1 - enriched["discount"])
    enriched["line_total"] = (enriched["quantity"] * net_price).round(2)
    enriched["is_high_value"] = enriched["line_total"] > high_value
    return enriched


@dg.asset(
    **ORDER_ANALYTICS,
    group_name="gold",
    description="Revenue of the day per product category",
    ins={"enriched": dg.AssetIn(key=["order_analytics", "enriched_orders"])},
    metadata={"airflow_task": "order_analytics.category_revenue"},
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=36), warn_window=timedelta(hours=30)
    ),
)
def daily_category_revenue(context: dg.AssetExecutionContext, enriched: pd.DataFrame):
    """Revenue of the orders that were placed on the day. Only completed orders count."""
    ds = context.partition_key
    of_the_day = enriched["created_at"].dt.strftime("%Y-%m-%d") == ds
    completed = enriched[of_the_day & (enriched["status"] == "completed")]

    revenue = completed.groupby("category", as_index=False).agg(
        total_revenue=("line_total", "sum"),
        order_count=("order_id", "nunique"),
        high_value_orders=("is_high_value", "sum"),
        avg_discount=("discount", "mean"),
    )
    revenue["total_revenue"] = revenue["total_revenue"].round(2)
    revenue["aov"] = (revenue["total_revenue"] / revenue["order_count"]).round(2)
    revenue["avg_discount"] = revenue["avg_discount"].round(4)
    write_report(revenue, "daily_category_revenue", ds)
    return revenue


@dg.asset(
    **ORDER_ANALYTICS,
    group_name="gold",
    description="What customers have spent so far, and their segment",
    ins={"enriched": dg.AssetIn(key=["order_analytics", "enriched_orders"])},
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=36), warn_window=timedelta(hours=30)
    ),
)
def customer_segments(context: dg.AssetExecutionContext, enriched: pd.DataFrame):
    """What customers have spent so far, and the segment that it puts them into."""
    ds = context.partition_key
    logical_date = context.partition_time_window.start
    paid = enriched[enriched["status"] != "refunded"]
    customers = paid.groupby("customer_id", as_index=False).agg(
        total_spent=("line_total", "sum"),
        order_count=("order_id", "nunique"),
        last_order=("created_at", "max"),
    )
    customers["customer_id"] = customers["customer_id"].astype("int64")
    customers["total_spent"] = customers["total_spent"].round(2)
    customers["days_since_order"] = (logical_date - customers["last_order"].dt.normalize()).dt.days
    customers["segment"] = segment_of(customers["total_spent"])
    write_report(customers, "customer_segments", ds)
    return customers


order_analytics_job = dg.define_asset_job(
    "order_analytics",
    selection=[raw_orders, raw_products, enriched_orders, daily_category_revenue, customer_segments],
    tags={"analytics": "", "orders": "", "max_active_runs": "order_analytics"},
)
order_analytics_schedule = dg.build_schedule_from_partitioned_job(order_analytics_job)
order_analytics_failure_alert = tell_of_failures(
    order_analytics_job, webhook("ORDERS_ALERTS"), "order_analytics"
)
order_analytics_stale_alert = tell_of_stale(
    order_analytics_job,
    [daily_category_revenue, customer_segments],
    webhook("ORDERS_ALERTS"),
    "order_analytics",
)
defs = dg.Definitions(
    assets=[raw_orders, raw_products, enriched_orders, daily_category_revenue, customer_segments],
    jobs=[order_analytics_job],
    schedules=[order_analytics_schedule],
    sensors=[order_analytics_failure_alert, order_analytics_stale_alert],
    resources=IO_MANAGERS,
)
