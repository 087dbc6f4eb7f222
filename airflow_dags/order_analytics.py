"""Order analytics: revenue per category and customer segments, from orders and the product catalog.

              raw products
                   |
    raw orders -> enriched orders -> revenue per category (of the day)
                         |
                  customer segments (all time, as of the end of the day)

Orders come from the shop's export, products from the catalog service's nightly dump. Old days can be run
again: each run sees what was known at the end of its own day. Owner: analytics.
"""

import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pendulum
from airflow.decorators import dag, task
from airflow.models import Variable

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out"

# agreed with marketing in 2022, from the top down
SEGMENTS = {"platinum": 1000, "gold": 500, "silver": 100}

default_args = {
    "owner": "analytics",
    "retries": 1,
    "retry_delay": timedelta(minutes=5),
}


def segment_of(spent: pd.Series) -> np.ndarray:
    """The highest segment whose threshold was reached."""
    reached = [spent >= threshold for threshold in SEGMENTS.values()]
    return np.select(reached, list(SEGMENTS), default="bronze")


def write_report(report: pd.DataFrame, name: str, day: str) -> None:
    folder = OUT_DIR / name
    folder.mkdir(parents=True, exist_ok=True)
    report.to_csv(folder / f"{day}.csv", index=False)


@dag(
    dag_id="order_analytics",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=True,
    max_active_runs=1,
    default_args=default_args,
    doc_md=__doc__,
    tags=["orders", "analytics"],
)
def order_analytics():
    @task
    def extract_orders(data_interval_end=None) -> pd.DataFrame:
        """Each order as it was known at the end of the day."""
        orders = pd.read_csv(
            DATA_DIR / "orders.csv",
            usecols=lambda column: column != "note",
            dtype={"order_id": "int64", "status": "string", "quantity": "string"},
        )
        orders["created_at"] = pd.to_datetime(orders["created_at"], utc=True)
        orders["updated_at"] = pd.to_datetime(orders["updated_at"], utc=True)
        known = orders[orders["updated_at"] < data_interval_end].sort_values("updated_at", kind="stable")
        return known.drop_duplicates("order_id", keep="last", ignore_index=True)

    @task
    def extract_products() -> pd.DataFrame:
        return pd.read_csv(DATA_DIR / "products.csv")

    @task
    def enrich_orders(orders: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
        """Orders joined with their products, and what each line is worth."""
        # people edit this one in the UI before sales weeks
        high_value = float(Variable.get("high_value_threshold", default_var="500"))

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

    @task
    def category_revenue(enriched: pd.DataFrame, ds=None) -> pd.DataFrame:
        """Revenue of the orders that were placed on the day. Only completed orders count."""
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

    @task
    def customer_segments(enriched: pd.DataFrame, ds=None, logical_date=None) -> pd.DataFrame:
        """What customers have spent so far, and the segment that it puts them into."""
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

    orders = extract_orders()
    products = extract_products()
    enriched = enrich_orders(orders, products)
    category_revenue(enriched)
    customer_segments(enriched)


order_analytics()
