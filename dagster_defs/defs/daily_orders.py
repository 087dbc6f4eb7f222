"""Orders of each day, raw and cleaned, as one file a day in the lake. Old days are filled in by catchup.

    lake/orders/raw/<day>.csv      what the shop exported for orders placed on the day, word for word
    lake/orders/clean/<day>.csv    one line per order that can be booked, with its amount in cents
    lake/orders/clean/<day>.done   written last: readers wait for it

Each file is written anew by a second run of its day, so days can be cleared at any time. `weekly_orders` and the
finance export read from here; tell both before you move a file.

Owner: data platform.
"""

# Converted from `daily_orders.py`.

import csv
import os
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

import dagster as dg

from ..runtime.shell import run_bash

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
LAKE = DATA_DIR / "lake" / "orders"

CLEAN_COLUMNS = ["order_id", "order_date", "customer_id", "product_id", "quantity", "amount", "status"]
CENT = Decimal("0.01")


def write_lines(path, columns, lines):
    """All or nothing: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    unfinished.replace(path)


def read_lines(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def booked(line):
    """The line as finance wants it, or None when it cannot be booked."""
    try:
        quantity = int(line["quantity"])
        price, discount = Decimal(line["unit_price"]), Decimal(line["discount"])
    except (ValueError, InvalidOperation):
        return None
    if quantity < 1 or price < 0 or not 0 <= discount <= 1 or not line["customer_id"]:
        return None
    amount = (quantity * price * (1 - discount)).quantize(CENT, ROUND_HALF_UP)
    return {
        **line,
        "order_date": line["created_at"][:10],
        "status": line["status"].strip().lower() or "unknown",
        "amount": str(amount),
    }


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
DAILY_ORDERS = dict(
    key_prefix="daily_orders",
    partitions_def=daily,
    owners=["team:data-platform"],
    tags={"daily": "", "orders": ""},
    retry_policy=dg.RetryPolicy(max_retries=3, delay=30),
)


@dg.asset(
    **DAILY_ORDERS,
    group_name="bronze",
    description="File of all lines about orders that were placed on the day",
    metadata={"airflow_task": "daily_orders.extract_orders"},
)
def daily_raw_orders(context: dg.AssetExecutionContext):
    """Every line about an order of the day. The shop appends for two days, so later runs of a day may see more."""
    day = context.partition_key
    lines = [line for line in read_lines(DATA_DIR / "orders.csv") if line["created_at"].startswith(day)]
    target = LAKE / "raw" / f"{day}.csv"
    write_lines(target, list(lines[0]) if lines else CLEAN_COLUMNS, lines)
    print(f"{len(lines)} lines of {day}")
    return str(target)


@dg.asset(
    **DAILY_ORDERS,
    group_name="silver",
    description="File of the newest version of each order of the day that can be booked",
    ins={"extract_orders": dg.AssetIn(key=["daily_orders", "daily_raw_orders"])},
    metadata={"airflow_task": "daily_orders.clean_orders"},
)
def daily_cleaned_orders(context: dg.AssetExecutionContext, extract_orders):
    """The newest version of each order of the day, if it can be booked."""
    raw_path = str(extract_orders)
    day = context.partition_key
    newest = {}
    for line in read_lines(raw_path):
        known = newest.get(line["order_id"])
        if known is None or line["updated_at"] >= known["updated_at"]:
            newest[line["order_id"]] = line
    clean = [found for found in map(booked, newest.values()) if found is not None]
    write_lines(LAKE / "clean" / f"{day}.csv", CLEAN_COLUMNS, clean)
    return {"day": day, "orders": len(clean), "dropped": len(newest) - len(clean)}


# the finance export looks for this file, not for us
@dg.asset(
    **DAILY_ORDERS,
    group_name="silver",
    description="How many lines the file of the day has; it is there when the file is complete",
    deps=[dg.AssetKey(["daily_orders", "daily_cleaned_orders"])],
    metadata={"airflow_task": "daily_orders.mark_done"},
    output_required=False,
)
def daily_orders_done(context: dg.AssetExecutionContext):
    yield from run_bash(
        f'wc -l < "$CLEAN/{context.partition_key}.csv" | tr -d " " > "$CLEAN/{context.partition_key}.done" && cat "$CLEAN/{context.partition_key}.done"',
        env={**os.environ, "CLEAN": str(LAKE / "clean")},
    )


daily_orders_job = dg.define_asset_job(
    "daily_orders",
    selection=[daily_raw_orders, daily_cleaned_orders, daily_orders_done],
    description="Orders of a day, raw and cleaned, one file each",
    tags={"daily": "", "orders": "", "max_active_runs": "daily_orders"},
)
daily_orders_schedule = dg.build_schedule_from_partitioned_job(daily_orders_job)
defs = dg.Definitions(
    assets=[daily_raw_orders, daily_cleaned_orders, daily_orders_done],
    jobs=[daily_orders_job],
    schedules=[daily_orders_schedule],
)
