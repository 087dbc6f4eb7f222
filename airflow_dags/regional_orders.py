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


def business_day(start) -> str:
    return start.in_timezone(BERLIN).to_date_string()


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
    def extract_region(region: str, data_interval_start=None, data_interval_end=None) -> dict:
        """Orders that customers of one region have placed on the day, as they were first exported."""
        customers = pd.read_csv(DATA_DIR / "customers.csv", keep_default_na=False)
        orders = pd.read_csv(DATA_DIR / "orders.csv", dtype={"quantity": "string"})
        orders = placed_between(orders, data_interval_start, data_interval_end)
        orders = orders.drop_duplicates("order_id", keep="first")
        orders = orders.merge(customers[["customer_id", "country"]], on="customer_id")
        orders = orders[orders["country"].isin(REGIONS[region])]

        quantity = pd.to_numeric(orders["quantity"], errors="coerce")
        amount = (quantity * orders["unit_price"] * (1 - orders["discount"])).round(2)
        found = orders[["order_id", "country", "status"]].assign(amount=amount)
        found["status"] = found["status"].str.strip().str.lower()
        found = found[found["amount"] > 0]

        day = business_day(data_interval_start)
        (OUT_DIR / day).mkdir(parents=True, exist_ok=True)
        found.to_csv(OUT_DIR / day / f"{region}.csv", index=False)
        return {"day": day, "region": region, "orders": len(found)}

    @task
    def summarize(regional: list) -> pd.DataFrame:
        """One line per region, also for those without an order. Only completed orders count."""
        summary = pd.DataFrame(list(regional)).sort_values("region", ignore_index=True)
        revenue = []
        for line in summary.itertuples():
            orders = pd.read_csv(OUT_DIR / line.day / f"{line.region}.csv", keep_default_na=False)
            sold = orders.loc[orders["status"] == "completed", "amount"].sum()
            revenue.append(round(float(sold), 2))  # nothing was sold: an int
        summary["revenue"] = revenue
        summary.to_csv(OUT_DIR / f"{summary['day'].iloc[0]}.csv", index=False)
        return summary

    summarize(extract_region.expand(region=list_regions()))


regional_orders()
