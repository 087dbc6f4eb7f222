"""Latest orders of a day by Spark, for the finance export; big enough for the cluster in December only.

The job is `jobs/latest_orders.py`; start it by hand with spark-submit to debug it. Which cluster it goes to is the
connection `spark_default`: YARN in production, `local[1]` on a laptop.

Owner: finance data.
"""

# Converted from `orders_spark.py`.

import os
from pathlib import Path

import dagster as dg

from ..lib import REPOSITORY
from ..runtime.spark import spark_submit

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
OUT_DIR = DATA_DIR / "out" / "orders_spark"
JOB = Path(str(REPOSITORY / "orders_spark.py")).parent / "jobs/latest_orders.py"

SPARK_CONF = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",  # a day is small
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
ORDERS_SPARK = dict(
    key_prefix="orders_spark",
    partitions_def=daily,
    owners=["team:finance-data"],
    tags={"orders": "", "spark": ""},
    retry_policy=dg.RetryPolicy(max_retries=1, delay=20),
)


@dg.asset(
    **ORDERS_SPARK,
    group_name="gold",
    description="How many rows the two files of the day have",
    deps=[dg.AssetKey(["orders_spark", "latest_orders"])],
    metadata={"airflow_task": "orders_spark.check_files"},
)
def latest_order_counts(context: dg.AssetExecutionContext):
    """Finance stops its own import when a file is missing or has no rows, so we say it first."""
    day = context.partition_key
    counts = {}
    for name in ("latest", "customers"):
        path = OUT_DIR / f"{name}_{day}.csv"
        with path.open(encoding="utf-8") as file:
            counts[name] = sum(1 for _ in file) - 1
    if not counts["latest"]:
        raise ValueError(f"no orders on {day}")
    return counts


@dg.asset(
    **ORDERS_SPARK,
    group_name="silver",
    description="Newest version of each completed order of the day, and revenue per customer, as two files",
)
def latest_orders(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    return spark_submit(
        context,
        str(JOB),
        application_args=[context.partition_key, str(DATA_DIR / "orders.csv"), str(OUT_DIR)],
        conf=SPARK_CONF,
        verbose=False,
        executor_memory="1G",
        driver_memory="1G",
        name=f"latest-orders-{context.partition_key.replace('-', '')}",
    )


orders_spark_job = dg.define_asset_job(
    "orders_spark",
    selection=[latest_orders, latest_order_counts],
    description="Latest version of each order of the day, and revenue per customer, by Spark",
    tags={"orders": "", "spark": ""},
)
orders_spark_schedule = dg.build_schedule_from_partitioned_job(orders_spark_job)
defs = dg.Definitions(
    assets=[latest_orders, latest_order_counts],
    jobs=[orders_spark_job],
    schedules=[orders_spark_schedule],
)
