"""A day's revenue per country, as assets."""

import os
from pathlib import Path

import dagster as dg
import pandas as pd

HERE = Path(os.environ["PAIR_DATA"])

daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
REVENUE = dict(
    key_prefix="revenue",
    group_name="revenue",
    partitions_def=daily,
    retry_policy=dg.RetryPolicy(max_retries=2, delay=300),
)


@dg.asset(**REVENUE)
def extract(context: dg.AssetExecutionContext):
    ds = context.partition_key
    orders = pd.read_csv(HERE / "orders.csv")
    return orders[orders["day"] == ds].reset_index(drop=True)


@dg.asset(**REVENUE, ins={"orders": dg.AssetIn(key=["revenue", "extract"])})
def span(orders):
    seen = HERE / "seen"
    if not seen.exists():
        seen.touch()
        raise ConnectionError("the first try always fails")
    return int(orders["order_id"].min()), int(orders["order_id"].max())


@dg.asset(**REVENUE, ins={"orders": dg.AssetIn(key=["revenue", "extract"])})
def load(context: dg.AssetExecutionContext, orders):
    ds = context.partition_key
    out = HERE / "out" / f"{ds}.csv"
    out.parent.mkdir(exist_ok=True)
    orders.dropna().groupby("country", as_index=False)["gross"].sum().to_csv(out, index=False)
    return str(out)


revenue_job = dg.define_asset_job("revenue", selection=[extract, span, load])

defs = dg.Definitions(assets=[extract, span, load], jobs=[revenue_job])
