"""Orders of a business day per region, and a summary of all regions for the regional managers.

Business days are days in Berlin, where the company sits: twice a year one of them has 23 or 25 hours. Each region is
a mapped task of its own, so that one region's trouble (it is always Asia) does not hold up the others.

Owner: regional sales.
"""

# Converted from `regional_orders.py`.

import os
from datetime import timezone
from pathlib import Path

import dagster as dg
import pandas as pd
import pendulum

from ..runtime.mapping import gathered, items

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out" / "regional_orders"
BERLIN = "Europe/Berlin"

REGIONS = {
    "europe": ["DE", "PL", "FR"],
    "us": ["US"],
    "asia": ["JP"],
    "africa": ["NA"],  # Namibia; pandas must not read it as a missing value
}


def business_day(start) -> str:
    return start.in_timezone(BERLIN).to_date_string()


def placed_between(orders: pd.DataFrame, start, end) -> pd.DataFrame:
    created_at = pd.to_datetime(orders["created_at"], utc=True)
    return orders[(created_at >= start) & (created_at < end)]


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="Europe/Berlin")
REGIONAL_ORDERS = dict(
    key_prefix="regional_orders",
    partitions_def=daily,
    owners=["team:regional-sales"],
    tags={"orders": "", "regions": ""},
    retry_policy=dg.RetryPolicy(max_retries=2, delay=60),
)


@dg.asset(
    **REGIONAL_ORDERS,
    group_name="bronze",
    description="The regions that the shop sells to",
    metadata={"airflow_task": "regional_orders.list_regions"},
)
def regions():
    """The regions that we sell to. A new one is a pull request."""
    return sorted(REGIONS)


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


@dg.asset(
    **REGIONAL_ORDERS,
    group_name="gold",
    description="Orders and revenue of a business day in each region",
    ins={"regional": dg.AssetIn(key=["regional_orders", "regional_orders"])},
    metadata={"airflow_task": "regional_orders.summarize"},
)
def regional_summary(regional):
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


@dg.asset(
    **REGIONAL_ORDERS,
    group_name="silver",
    description="Orders of a business day, by region",
    ins={"list_regions": dg.AssetIn(key=["regional_orders", "regions"])},
    metadata={"airflow_task": "regional_orders.extract_region"},
    output_required=False,
)
def regional_orders(context: dg.AssetExecutionContext, list_regions):
    yield from gathered(
        extract_region(
            region=region,
            data_interval_start=pendulum.instance(
                context.partition_time_window.start.astimezone(timezone.utc)
            ),
            data_interval_end=pendulum.instance(context.partition_time_window.end.astimezone(timezone.utc)),
        )
        for region in items(list_regions)
    )


regional_orders_job = dg.define_asset_job(
    "regional_orders",
    selection=[regions, regional_orders, regional_summary],
    description="Orders of a business day, region by region",
    tags={"orders": "", "regions": "", "max_active_runs": "regional_orders"},
)
regional_orders_schedule = dg.build_schedule_from_partitioned_job(regional_orders_job)
defs = dg.Definitions(
    assets=[regions, regional_orders, regional_summary],
    jobs=[regional_orders_job],
    schedules=[regional_orders_schedule],
)
