"""Daily order pipeline: the orders that changed on a day, cleaned, and summed up per customer.

The shop exports `orders.csv` as an append-only file, one line per change of an order. Downstream of us is the
customer dashboard, which loads `order_metrics/<day>.csv` at 6 in the morning.

Owner: data platform. Call us before you change a column.
"""

# Converted from `order_pipeline.py`.

import os
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pandas as pd

from ..io_managers import IO_MANAGERS
from ..runtime.alerts import tell_of_failures, tell_of_stale, webhook
from ..runtime.checks import at_least, references, unique

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out" / "order_metrics"

# everything else in the export is for the shop's own support desk
COLUMNS = [
    "order_id",
    "customer_id",
    "product_id",
    "quantity",
    "unit_price",
    "discount",
    "status",
    "created_at",
    "updated_at",
]
NUMBERS = ["customer_id", "product_id", "quantity", "unit_price", "discount"]


def latest_version(orders: pd.DataFrame) -> pd.DataFrame:
    """One row per order: the newest one. Lines that were exported twice go away as well."""
    newest_last = orders.sort_values(["order_id", "updated_at"], kind="stable")
    return newest_last.drop_duplicates(subset=["order_id"], keep="last")


def is_valid(orders: pd.DataFrame) -> pd.Series:
    """Which rows can be booked. The shop knows about the others and mends them by hand."""
    has_numbers = orders[NUMBERS].notna().all(axis=1)
    in_range = (orders["quantity"] > 0) & (orders["unit_price"] >= 0) & orders["discount"].between(0, 1)
    return has_numbers & in_range


def to_cents(amount: pd.Series) -> pd.Series:
    return amount.round(2)


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
retry = dg.RetryPolicy(max_retries=2, delay=300)
ORDER_PIPELINE = dict(
    key_prefix="order_pipeline",
    partitions_def=daily,
    io_manager_key="parquet_io_manager",
    owners=["team:data-platform"],
    tags={"daily": "", "orders": ""},
)


@dg.asset(
    **ORDER_PIPELINE,
    group_name="bronze",
    description="Changes of the day as the shop exported them, lines that came twice and wrong ones included",
    metadata={"airflow_task": "order_pipeline.extract", "partition_column": "updated_at"},
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=retry,
)
def raw_orders(context: dg.AssetExecutionContext):
    """All changes of the day, as they are: the types are sorted out later."""
    data_interval_start = context.partition_time_window.start
    data_interval_end = context.partition_time_window.end
    changes = pd.read_csv(DATA_DIR / "orders.csv", usecols=COLUMNS, dtype="string")[COLUMNS]
    updated_at = pd.to_datetime(changes["updated_at"], utc=True)
    of_the_day = (updated_at >= data_interval_start) & (updated_at < data_interval_end)
    return changes[of_the_day].reset_index(drop=True)


@dg.asset(
    **ORDER_PIPELINE,
    group_name="silver",
    description="Newest version of each order that can be booked and was completed",
    ins={"raw": dg.AssetIn(key=["order_pipeline", "raw_orders"])},
    metadata={"airflow_task": "order_pipeline.transform"},
    retry_policy=retry,
)
def cleaned_orders(raw: pd.DataFrame):
    orders = raw.copy()
    for column in NUMBERS:
        orders[column] = pd.to_numeric(orders[column], errors="coerce")
    orders["created_at"] = pd.to_datetime(orders["created_at"])
    orders["updated_at"] = pd.to_datetime(orders["updated_at"])
    orders["status"] = orders["status"].str.strip().str.lower()

    orders = latest_version(orders)
    orders = orders[is_valid(orders)]
    # refunded and pending orders are no revenue
    orders = orders[orders["status"] == "completed"]

    orders["customer_id"] = orders["customer_id"].astype("int64")
    orders["quantity"] = orders["quantity"].astype("int64")
    orders["amount"] = to_cents(orders["quantity"] * orders["unit_price"] * (1 - orders["discount"]))
    return orders.reset_index(drop=True)


@dg.asset(
    **ORDER_PIPELINE,
    group_name="gold",
    description="Orders and revenue per customer; the customer dashboard reads its files",
    ins={"cleaned": dg.AssetIn(key=["order_pipeline", "cleaned_orders"])},
    metadata={"airflow_task": "order_pipeline.load"},
    freshness_policy=dg.FreshnessPolicy.cron(deadline_cron="0 9 * * *", lower_bound_delta=timedelta(hours=9)),
    retry_policy=dg.RetryPolicy(max_retries=3, delay=300),
)
def order_metrics(context: dg.AssetExecutionContext, cleaned: pd.DataFrame):
    """Metrics per customer, written where the dashboard looks for them."""
    ds = context.partition_key
    metrics = cleaned.groupby("customer_id", as_index=False).agg(
        total_orders=("order_id", "count"),
        total_revenue=("amount", "sum"),
        avg_order_value=("amount", "mean"),
        first_order=("created_at", "min"),
        last_order=("created_at", "max"),
    )
    metrics["total_revenue"] = to_cents(metrics["total_revenue"])
    metrics["avg_order_value"] = to_cents(metrics["avg_order_value"])

    OUT_DIR.mkdir(parents=True, exist_ok=True)
    metrics.to_csv(OUT_DIR / f"{ds}.csv", index=False)
    return metrics


@dg.asset_check(asset=cleaned_orders, blocking=True, partitions_def=daily)
def cleaned_orders_unique(table):
    """No two rows have the same order_id."""
    return unique(table, ["order_id"])


@dg.asset_check(asset=cleaned_orders, blocking=True, partitions_def=daily)
def cleaned_orders_at_least(table):
    """quantity is at least 1 and amount is at least 0."""
    return at_least(table, {"quantity": 1, "amount": 0})


@dg.asset_check(asset=order_metrics, blocking=True, partitions_def=daily)
def order_metrics_unique(table):
    """No two rows have the same customer_id."""
    return unique(table, ["customer_id"])


@dg.asset_check(
    asset=order_metrics,
    blocking=True,
    partitions_def=daily,
    additional_ins={"other": dg.AssetIn(key=["order_pipeline", "cleaned_orders"])},
)
def order_metrics_customer_id_known(table, other):
    """Each value of customer_id is in customer_id of cleaned_orders."""
    return references(table, "customer_id", other, "customer_id")


order_pipeline_job = dg.define_asset_job(
    "order_pipeline",
    selection=[raw_orders, cleaned_orders, order_metrics],
    description="Changed orders of a day, cleaned, and metrics per customer",
    tags={"daily": "", "orders": "", "max_active_runs": "order_pipeline"},
)
order_pipeline_schedule = dg.build_schedule_from_partitioned_job(order_pipeline_job)
order_pipeline_failure_alert = tell_of_failures(
    order_pipeline_job, webhook("ORDERS_ALERTS"), "order_pipeline"
)
order_pipeline_stale_alert = tell_of_stale(
    order_pipeline_job, [order_metrics], webhook("ORDERS_ALERTS"), "order_pipeline"
)
defs = dg.Definitions(
    assets=[raw_orders, cleaned_orders, order_metrics],
    asset_checks=[
        cleaned_orders_unique,
        cleaned_orders_at_least,
        order_metrics_unique,
        order_metrics_customer_id_known,
    ],
    jobs=[order_pipeline_job],
    schedules=[order_pipeline_schedule],
    sensors=[order_pipeline_failure_alert, order_pipeline_stale_alert],
    resources=IO_MANAGERS,
)
