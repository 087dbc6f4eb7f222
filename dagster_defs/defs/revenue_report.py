"""Revenue of each day per country and category: a report for finance in the bucket, a table for the dashboards.

    s3://<bucket>/revenue/<day>/report.csv     one line per country and category, amounts to the cent
    s3://<bucket>/revenue/<day>/summary.json   what the mail of the morning says
    daily_revenue                              the same numbers in the shop's database

The day is that of the order, in UTC. An order that is refunded later changes its day when that is cleared and run
again: finance does so at the end of the month, so both places are overwritten, never appended to.

Connections: orders_db (PostgreSQL), reports_s3 (the bucket; with its endpoint where that is not Amazon's).
Owner: finance systems.
"""

# Converted from `revenue_report.py`.

import csv
import io
import json
import os
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import dagster as dg
import pendulum

from ..resources import RESOURCES
from ..runtime.alerts import tell_of_failures, tell_of_stale, webhook
from ..runtime.databases import Database, fetch_one
from ..runtime.object_store import ObjectStore

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


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
REVENUE_REPORT = dict(
    key_prefix="revenue_report",
    partitions_def=daily,
    owners=["team:finance-systems"],
    tags={"daily": "", "finance": ""},
    retry_policy=dg.RetryPolicy(max_retries=2, delay=120),
)


@dg.asset(
    **REVENUE_REPORT,
    group_name="bronze",
    description="What was ordered on the day, with its amount to the cent",
    metadata={"airflow_task": "revenue_report.read_orders"},
)
def daily_order_amounts(context: dg.AssetExecutionContext, orders_db: Database):
    data_interval_start = pendulum.instance(context.partition_time_window.start)
    data_interval_end = pendulum.instance(context.partition_time_window.end)
    # one connection per task: the pooler of the shop drops idle ones
    orders = fetch_orders(orders_db, data_interval_start, data_interval_end)
    print(f"{len(orders)} orders between {data_interval_start} and {data_interval_end}")
    return orders


@dg.asset(
    **REVENUE_REPORT,
    group_name="silver",
    description="Orders and revenue of the day per country and category",
    ins={"read_orders": dg.AssetIn(key=["revenue_report", "daily_order_amounts"])},
    metadata={"airflow_task": "revenue_report.add_up"},
)
def revenue_by_category(read_orders):
    """Orders and revenue per country and category, in a stable order."""
    totals = {}
    for order in read_orders:
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


@dg.asset(
    **REVENUE_REPORT,
    group_name="gold",
    description="The report of the day and its summary, in the bucket of finance",
    ins={"rows": dg.AssetIn(key=["revenue_report", "revenue_by_category"])},
    metadata={"airflow_task": "revenue_report.write_report"},
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=36), warn_window=timedelta(hours=30)
    ),
)
def revenue_report(context: dg.AssetExecutionContext, reports_s3: ObjectStore, rows):
    """Both files of the day; the summary comes last, and tells the mail that the report is there."""
    ds = context.partition_key
    folder = f"revenue/{ds}"
    reports_s3.load_string(as_csv(rows), key=f"{folder}/report.csv", bucket_name=BUCKET, replace=True)

    summary = {
        "day": ds,
        "orders": sum(row["orders"] for row in rows),
        "revenue": str(sum((Decimal(row["revenue"]) for row in rows), Decimal("0.00"))),
        "countries": sorted({row["country"] for row in rows}),
    }
    body = json.dumps(summary, ensure_ascii=False, sort_keys=True).encode("utf-8")
    reports_s3.load_bytes(body, key=f"{folder}/summary.json", bucket_name=BUCKET, replace=True)
    return summary


@dg.asset(
    **REVENUE_REPORT,
    group_name="gold",
    description="The totals of the day that report and table agree on",
    ins={"totals_of_table": dg.AssetIn(key=["revenue_report", "daily_revenue_totals"])},
    deps=[dg.AssetKey(["revenue_report", "revenue_report"])],
    metadata={"airflow_task": "revenue_report.compare_totals"},
)
def revenue_agreed(context: dg.AssetExecutionContext, reports_s3: ObjectStore, totals_of_table):
    """The report and the table are made in two ways: they have to tell the same."""
    ds = context.partition_key
    orders, revenue = totals_of_table
    summary = json.loads(reports_s3.read_key(f"revenue/{ds}/summary.json", BUCKET))
    if (int(orders), Decimal(revenue)) != (summary["orders"], Decimal(summary["revenue"])):
        raise ValueError(f"{ds}: the table has {orders} orders and {revenue}, the report {summary}")
    return {"orders": int(orders), "revenue": str(revenue)}


# a day that has no orders any more must lose its rows, so: delete, then insert, in one transaction
@dg.asset(
    **REVENUE_REPORT,
    group_name="gold",
    description="The same numbers as a table of the shop's database, for the dashboards",
    metadata={"airflow_task": "revenue_report.update_table"},
)
def daily_revenue(context: dg.AssetExecutionContext, orders_db: Database) -> None:
    orders_db.run(
        [
            """
            CREATE TABLE IF NOT EXISTS daily_revenue (
                day date, country text, category text, orders integer, revenue numeric(12, 2),
                PRIMARY KEY (day, country, category)
            )
            """,
            "DELETE FROM daily_revenue WHERE day = %(day)s",
            f"""
            INSERT INTO daily_revenue (day, country, category, orders, revenue)
            SELECT %(day)s, coalesce(c.country, '??'), coalesce(p.category, 'unknown'), count(*),
                   sum(round(o.quantity * o.unit_price * (1 - o.discount), 2))
            FROM orders o
            LEFT JOIN customers c ON c.customer_id = o.customer_id
            LEFT JOIN products p ON p.product_id = o.product_id
            WHERE o.created_at >= timestamptz '{context.partition_key} 00:00+00'
              AND o.created_at < timestamptz '{context.partition_key} 00:00+00' + interval '1 day'
              AND o.status = 'completed' AND o.quantity > 0 AND o.unit_price >= 0
              AND o.discount BETWEEN 0 AND 1
            GROUP BY 2, 3
            ON CONFLICT (day, country, category)
            DO UPDATE SET orders = excluded.orders, revenue = excluded.revenue
            """,
        ],
        parameters={"day": context.partition_key},
    )


@dg.asset(
    **REVENUE_REPORT,
    group_name="gold",
    description="Orders and revenue of the day, as the table has them",
    deps=[dg.AssetKey(["revenue_report", "daily_revenue"])],
    metadata={"airflow_task": "revenue_report.totals_of_table"},
)
def daily_revenue_totals(context: dg.AssetExecutionContext, orders_db: Database):
    return orders_db.run(
        f"""
            SELECT coalesce(sum(orders), 0), coalesce(sum(revenue), 0.00)::text
            FROM daily_revenue WHERE day = '{context.partition_key}'
        """,
        handler=fetch_one,
    )


revenue_report_job = dg.define_asset_job(
    "revenue_report",
    selection=[
        daily_order_amounts,
        revenue_by_category,
        revenue_report,
        daily_revenue,
        daily_revenue_totals,
        revenue_agreed,
    ],
    description="Revenue of a day per country and category",
    tags={"daily": "", "finance": "", "max_active_runs": "revenue_report"},
)
revenue_report_schedule = dg.build_schedule_from_partitioned_job(revenue_report_job)
revenue_report_failure_alert = tell_of_failures(
    revenue_report_job, webhook("ORDERS_ALERTS"), "revenue_report"
)
revenue_report_stale_alert = tell_of_stale(
    revenue_report_job, [revenue_report], webhook("ORDERS_ALERTS"), "revenue_report"
)
defs = dg.Definitions(
    assets=[
        daily_order_amounts,
        revenue_by_category,
        revenue_report,
        daily_revenue,
        daily_revenue_totals,
        revenue_agreed,
    ],
    jobs=[revenue_report_job],
    schedules=[revenue_report_schedule],
    sensors=[revenue_report_failure_alert, revenue_report_stale_alert],
    resources=RESOURCES,
)
