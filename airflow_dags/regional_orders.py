"""Orders of a business day per region, and a summary of all regions for the regional managers.

Business days are days in Berlin, where the company sits: twice a year one of them has 23 or 25 hours. Each region is
a mapped task of its own, so that one region's trouble (it is always Asia) does not hold up the others.

Owner: regional sales.
"""

import os
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pendulum
from airflow.decorators import dag, task

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out" / "regional_orders"
BERLIN = "Europe/Berlin"

REGIONS = {
    "europe": ["DE", "PL", "FR"],
    "us": ["US"],
    "asia": ["JP"],
    "africa": ["NA"],  # Namibia; pandas must not read it as a missing value
}

default_args = {
    "owner": "regional-sales",
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
}


def placed_between(orders: pd.DataFrame, start, end) -> pd.DataFrame:
    created_at = pd.to_datetime(orders["created_at"], utc=True)
    return orders[(created_at >= start) & (created_at < end)]


@dag(
    dag_id="regional_orders",
    description="Orders of a business day, region by region",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 1, 1, tz=BERLIN),
    catchup=False,
    max_active_runs=1,
    default_args=default_args,
    doc_md=__doc__,
    tags=["orders", "regions"],
)
def regional_orders():
    @task
    def list_regions() -> list:
        """The regions that we sell to. A new one is a pull request."""
        return sorted(REGIONS)

    @task
    def extract_region(region: str, data_interval_start=None, data_interval_end=None) -> pd.DataFrame:
        """Orders that customers of one region have placed on the day, as they were first exported."""
        customers = pd.read_csv(DATA_DIR / "customers.csv", keep_default_na=False)
        orders = pd.read_csv(DATA_DIR / "orders.csv", dtype={"quantity": "string"})
        orders = placed_between(orders, data_interval_start, data_interval_end)
        orders = orders.drop_duplicates("order_id", keep="first")
        orders = orders.merge(customers[["customer_id", "country"]], on="customer_id")
        orders = orders[orders["country"].isin(REGIONS[region])]

        quantity = pd.to_numeric(orders["quantity"], errors="coerce")
        amount = (quantity * orders["unit_price"] * (1 - orders["discount"])).round(2)
        found = orders[["order_id", "country", "status"]].assign(region=region, amount=amount)
        found["status"] = found["status"].str.strip().str.lower()
        return found[found["amount"] > 0].reset_index(drop=True)

    @task
    def summarize(regional: list, data_interval_start=None) -> pd.DataFrame:
        """One line per region, also for those without an order."""
        day = data_interval_start.astimezone(pendulum.timezone(BERLIN)).strftime("%Y-%m-%d")
        orders = pd.concat(list(regional), ignore_index=True)
        sold = orders[orders["status"] == "completed"].groupby("region")
        summary = pd.DataFrame({"region": sorted(REGIONS)})
        summary["orders"] = summary["region"].map(sold["order_id"].nunique()).fillna(0).astype("int64")
        summary["revenue"] = summary["region"].map(sold["amount"].sum()).fillna(0).round(2)

        OUT_DIR.mkdir(parents=True, exist_ok=True)
        summary.to_csv(OUT_DIR / f"{day}.csv", index=False)
        return summary

    summarize(extract_region.expand(region=list_regions()))


regional_orders()
