"""The order analytics of one day as a script without an orchestrator: the same pandas calls, one after the other.

ORDERS_DATA_DIR=DIR python -m bench.by_hand 2024-03-31
"""

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

DATA_DIR = Path(os.environ["ORDERS_DATA_DIR"])
SEGMENTS = {"platinum": 1000, "gold": 500, "silver": 100}


def read_orders(end: pd.Timestamp) -> pd.DataFrame:
    orders = pd.read_csv(
        DATA_DIR / "orders.csv",
        usecols=lambda column: column != "note",
        dtype={"order_id": "int64", "status": "string", "quantity": "string"},
    )
    orders["created_at"] = pd.to_datetime(orders["created_at"], utc=True)
    orders["updated_at"] = pd.to_datetime(orders["updated_at"], utc=True)
    known = orders[orders["updated_at"] < end].sort_values("updated_at", kind="stable")
    return known.drop_duplicates("order_id", keep="last", ignore_index=True)


def enrich(orders: pd.DataFrame, products: pd.DataFrame, high_value: float) -> pd.DataFrame:
    orders["quantity"] = pd.to_numeric(orders["quantity"], errors="coerce")
    orders["status"] = orders["status"].str.strip().str.lower()
    orders = orders.dropna(subset=["customer_id", "quantity", "unit_price", "status"])
    orders = orders[(orders["quantity"] > 0) & (orders["unit_price"] >= 0) & (orders["discount"] <= 1)]
    enriched: pd.DataFrame = orders.merge(products, on="product_id", how="left")
    enriched["category"] = enriched["category"].fillna("unknown")
    net_price = enriched["unit_price"] * (1 - enriched["discount"])
    enriched["line_total"] = (enriched["quantity"] * net_price).round(2)
    enriched["is_high_value"] = enriched["line_total"] > high_value
    return enriched


def revenue_of(enriched: pd.DataFrame, day: str) -> pd.DataFrame:
    of_the_day = enriched["created_at"].dt.strftime("%Y-%m-%d") == day
    completed = enriched[of_the_day & (enriched["status"] == "completed")]
    revenue: pd.DataFrame = completed.groupby("category", as_index=False).agg(
        total_revenue=("line_total", "sum"),
        order_count=("order_id", "nunique"),
        high_value_orders=("is_high_value", "sum"),
        avg_discount=("discount", "mean"),
    )
    revenue["total_revenue"] = revenue["total_revenue"].round(2)
    revenue["aov"] = (revenue["total_revenue"] / revenue["order_count"]).round(2)
    revenue["avg_discount"] = revenue["avg_discount"].round(4)
    return revenue


def segments_of(enriched: pd.DataFrame, begin: pd.Timestamp) -> pd.DataFrame:
    paid = enriched[enriched["status"] != "refunded"]
    customers = paid.groupby("customer_id", as_index=False).agg(
        total_spent=("line_total", "sum"),
        order_count=("order_id", "nunique"),
        last_order=("created_at", "max"),
    )
    customers["customer_id"] = customers["customer_id"].astype("int64")
    customers["total_spent"] = customers["total_spent"].round(2)
    customers["days_since_order"] = (begin - customers["last_order"].dt.normalize()).dt.days
    reached = [customers["total_spent"] >= threshold for threshold in SEGMENTS.values()]
    customers["segment"] = np.select(reached, list(SEGMENTS), default="bronze")
    return customers


def write(report: pd.DataFrame, name: str, day: str) -> None:
    folder = DATA_DIR / "out" / name
    folder.mkdir(parents=True, exist_ok=True)
    report.to_csv(folder / f"{day}.csv", index=False)


def main(day: str) -> None:
    begin = pd.Timestamp(day, tz="UTC")
    orders = read_orders(begin + pd.Timedelta(days=1))
    products = pd.read_csv(DATA_DIR / "products.csv")
    enriched = enrich(orders, products, float(os.environ.get("AIRFLOW_VAR_HIGH_VALUE_THRESHOLD", "500")))
    write(revenue_of(enriched, day), "daily_category_revenue", day)
    write(segments_of(enriched, begin), "customer_segments", day)


if __name__ == "__main__":
    main(sys.argv[1])
