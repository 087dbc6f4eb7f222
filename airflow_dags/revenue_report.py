"""Revenue of each day per country and category: a report for finance in the bucket, a table for the dashboards.

    s3://<bucket>/revenue/<day>/report.csv     one line per country and category, amounts to the cent
    s3://<bucket>/revenue/<day>/summary.json   what the mail of the morning says
    daily_revenue                              the same numbers in the shop's database

The day is that of the order, in UTC. An order that is refunded later changes its day when that is cleared and run
again: finance does so at the end of the month, so both places are overwritten, never appended to.

Connections: orders_db (PostgreSQL), reports_s3 (the bucket; with its endpoint where that is not Amazon's).
Owner: finance systems.
"""

import csv
import io
import json
import os
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pendulum
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.common.sql.hooks.handlers import fetch_one_handler
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook

ORDERS_DB = "orders_db"
REPORTS_S3 = "reports_s3"
BUCKET = os.environ.get("REPORTS_BUCKET", "reports")
CENT = Decimal("0.01")
COLUMNS = ["country", "category", "orders", "revenue"]

# customers and products may be missing: the export of the catalog comes later than the first order of a product
ORDERS_OF_THE_DAY = """
    SELECT o.order_id,
           coalesce(c.country, '??') AS country,
           coalesce(p.category, 'unknown') AS category,
           o.quantity,
           o.unit_price,
           o.discount
    FROM orders o
    LEFT JOIN customers c ON c.customer_id = o.customer_id
    LEFT JOIN products p ON p.product_id = o.product_id
    WHERE o.created_at >= %(start)s
      AND o.created_at < %(end)s
      AND o.status = %(status)s
      AND o.quantity > 0
      AND o.unit_price >= 0
      AND o.discount BETWEEN 0 AND 1
    ORDER BY o.order_id
"""

default_args = {
    "owner": "finance-systems",
    "retries": 2,
    "retry_delay": timedelta(minutes=2),
}


def cents(amount):
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def fetch_orders(hook, start, end):
    """What was ordered between two moments, as dicts with the amount to the cent."""
    found = hook.get_records(
        ORDERS_OF_THE_DAY, parameters={"start": start, "end": end, "status": "completed"}
    )
    return [
        {
            "order_id": order_id,
            "country": country,
            "category": category,
            # a float would lose cents on the way to the next task
            "amount": str(cents(quantity * unit_price * (1 - discount))),
        }
        for order_id, country, category, quantity, unit_price, discount in found
    ]


def read_orders(data_interval_start=None, data_interval_end=None):
    # one connection per task: the pooler of the shop drops idle ones
    hook = PostgresHook(postgres_conn_id=ORDERS_DB)
    orders = fetch_orders(hook, data_interval_start, data_interval_end)
    print(f"{len(orders)} orders between {data_interval_start} and {data_interval_end}")
    return orders


def add_up(ti):
    """Orders and revenue per country and category, in a stable order."""
    totals = {}
    for order in ti.xcom_pull(task_ids="read_orders"):
        total = totals.setdefault((order["country"], order["category"]), [0, Decimal(0)])
        total[0] += 1
        total[1] += Decimal(order["amount"])
    return [
        {"country": country, "category": category, "orders": orders, "revenue": str(revenue)}
        for (country, category), (orders, revenue) in sorted(totals.items())
    ]


def as_csv(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_report(ti, ds=None):
    """Both files of the day; the summary comes last, and tells the mail that the report is there."""
    rows = ti.xcom_pull(task_ids="add_up")
    s3 = S3Hook(aws_conn_id=REPORTS_S3)
    folder = f"revenue/{ds}"
    s3.load_string(as_csv(rows), key=f"{folder}/report.csv", bucket_name=BUCKET, replace=True)

    summary = {
        "day": ds,
        "orders": sum(row["orders"] for row in rows),
        "revenue": str(sum((Decimal(row["revenue"]) for row in rows), Decimal("0.00"))),
        "countries": sorted({row["country"] for row in rows}),
    }
    body = json.dumps(summary, ensure_ascii=False, sort_keys=True).encode("utf-8")
    s3.load_bytes(body, key=f"{folder}/summary.json", bucket_name=BUCKET, replace=True)
    return summary


def compare_totals(ti, ds=None):
    """The report and the table are made in two ways: they have to tell the same."""
    orders, revenue = ti.xcom_pull(task_ids="totals_of_table")
    summary = json.loads(S3Hook(REPORTS_S3).read_key(f"revenue/{ds}/summary.json", BUCKET))
    if (int(orders), Decimal(revenue)) != (summary["orders"], Decimal(summary["revenue"])):
        raise ValueError(f"{ds}: the table has {orders} orders and {revenue}, the report {summary}")
    return {"orders": int(orders), "revenue": str(revenue)}


with DAG(
    dag_id="revenue_report",
    description="Revenue of a day per country and category",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=default_args,
    doc_md=__doc__,
    tags=["finance", "daily"],
) as dag:
    read = PythonOperator(task_id="read_orders", python_callable=read_orders)
    total = PythonOperator(task_id="add_up", python_callable=add_up)
    report = PythonOperator(task_id="write_report", python_callable=write_report)

    # a day that has no orders any more must lose its rows, so: delete, then insert, in one transaction
    table = SQLExecuteQueryOperator(
        task_id="update_table",
        conn_id=ORDERS_DB,
        sql=[
            """
            CREATE TABLE IF NOT EXISTS daily_revenue (
                day date, country text, category text, orders integer, revenue numeric(12, 2),
                PRIMARY KEY (day, country, category)
            )
            """,
            "DELETE FROM daily_revenue WHERE day = %(day)s",
            """
            INSERT INTO daily_revenue (day, country, category, orders, revenue)
            SELECT %(day)s, coalesce(c.country, '??'), coalesce(p.category, 'unknown'), count(*),
                   sum(round(o.quantity * o.unit_price * (1 - o.discount), 2))
            FROM orders o
            LEFT JOIN customers c ON c.customer_id = o.customer_id
            LEFT JOIN products p ON p.product_id = o.product_id
            WHERE o.created_at >= timestamptz '{{ ds }} 00:00+00'
              AND o.created_at < timestamptz '{{ ds }} 00:00+00' + interval '1 day'
              AND o.status = 'completed' AND o.quantity > 0 AND o.unit_price >= 0
              AND o.discount BETWEEN 0 AND 1
            GROUP BY 2, 3
            ON CONFLICT (day, country, category)
            DO UPDATE SET orders = excluded.orders, revenue = excluded.revenue
            """,
        ],
        parameters={"day": "{{ ds }}"},
        do_xcom_push=False,
    )

    totals = SQLExecuteQueryOperator(
        task_id="totals_of_table",
        conn_id=ORDERS_DB,
        # as text: an XCom keeps no zeros at the end of a number
        sql="""
            SELECT coalesce(sum(orders), 0), coalesce(sum(revenue), 0.00)::text
            FROM daily_revenue WHERE day = '{{ ds }}'
        """,
        handler=fetch_one_handler,
    )
    check = PythonOperator(task_id="compare_totals", python_callable=compare_totals)

    read >> total >> report >> check
    table >> totals >> check
