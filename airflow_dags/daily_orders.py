"""Orders of each day, raw and cleaned, as one file a day in the lake. Old days are filled in by catchup.

    lake/orders/raw/<day>.csv      what the shop exported for orders placed on the day, word for word
    lake/orders/clean/<day>.csv    one line per order that can be booked, with its amount in cents
    lake/orders/clean/<day>.done   written last: readers wait for it

Each file is written anew by a second run of its day, so days can be cleared at any time. `weekly_orders` and the
finance export read from here; tell both before you move a file.

Owner: data platform.
"""

import csv
import os
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

import pendulum
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
LAKE = DATA_DIR / "lake" / "orders"

CLEAN_COLUMNS = ["order_id", "order_date", "customer_id", "product_id", "quantity", "amount", "status"]
CENT = Decimal("0.01")

default_args = {
    "owner": "data-platform",
    "depends_on_past": False,
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
}


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


def extract_orders(day, **context):
    """Every line about an order of the day. The shop appends for two days, so later runs of a day may see more."""
    lines = [line for line in read_lines(DATA_DIR / "orders.csv") if line["created_at"].startswith(day)]
    target = LAKE / "raw" / f"{day}.csv"
    write_lines(target, list(lines[0]) if lines else CLEAN_COLUMNS, lines)
    print(f"{len(lines)} lines of {day}")
    return str(target)


def clean_orders(raw_path, day):
    """The newest version of each order of the day, if it can be booked."""
    newest = {}
    for line in read_lines(raw_path):
        known = newest.get(line["order_id"])
        if known is None or line["updated_at"] >= known["updated_at"]:
            newest[line["order_id"]] = line
    clean = [found for found in map(booked, newest.values()) if found is not None]
    write_lines(LAKE / "clean" / f"{day}.csv", CLEAN_COLUMNS, clean)
    return {"day": day, "orders": len(clean), "dropped": len(newest) - len(clean)}


with DAG(
    dag_id="daily_orders",
    description="Orders of a day, raw and cleaned, one file each",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=True,
    max_active_runs=4,
    default_args=default_args,
    doc_md=__doc__,
    tags=["orders", "daily"],
) as dag:
    extract = PythonOperator(
        task_id="extract_orders",
        python_callable=extract_orders,
        op_kwargs={"day": "{{ ds }}"},
    )
    clean = PythonOperator(
        task_id="clean_orders",
        python_callable=clean_orders,
        op_kwargs={"raw_path": "{{ ti.xcom_pull(task_ids='extract_orders') }}", "day": "{{ ds }}"},
    )
    # the finance export looks for this file, not for us
    mark = BashOperator(
        task_id="mark_done",
        bash_command='wc -l < "$CLEAN/{{ ds }}.csv" | tr -d " " > "$CLEAN/{{ ds }}.done" && cat "$CLEAN/{{ ds }}.done"',
        env={"CLEAN": str(LAKE / "clean")},
        append_env=True,
    )

    extract >> clean >> mark
