"""Latest version of each completed order, and revenue per customer, of one day of the export.

    python latest_orders.py DAY ORDERS_CSV OUT_DIR
    spark-submit --master local[1] latest_orders.py DAY ORDERS_CSV OUT_DIR

Starts from Airflow (SparkSubmitOperator), from Dagster (Pipes) and by hand; where Dagster listens, it is told the
number of rows. Money is added up in cents: doubles would depend on the order of the rows.
"""

import csv
import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F


def latest(lines):
    """One row per order: the newest, and of two of the same moment the one with the greater quantity."""
    newest_first = Window.partitionBy("order_id").orderBy(F.desc("updated_at"), F.desc("quantity"))
    return lines.withColumn("row", F.row_number().over(newest_first)).where("row = 1").drop("row")


def main(day, source, target):
    spark = SparkSession.builder.appName(f"latest_orders {day}").getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    lines = spark.read.csv(source, header=True)
    of_day = lines.where(F.col("updated_at").startswith(day))
    sold = latest(of_day).where(F.lower(F.trim("status")) == "completed")
    # "two" is no number: Spark 4 stops at it, unless it is told to try
    pieces = F.expr("try_cast(quantity as int)")
    money = F.col("unit_price").cast("decimal(12,2)") * pieces
    sold = sold.withColumn("amount", F.round(money * (1 - F.col("discount").cast("decimal(4,2)")), 2))
    sold = (
        sold.where(F.col("amount") >= 0)
        .where(pieces > 0)
        .select("order_id", "customer_id", "amount", "updated_at")
    )
    per_customer = sold.groupBy("customer_id").agg(
        F.count("*").alias("orders"), F.sum("amount").cast("decimal(14,2)").alias("revenue")
    )
    counts = {"orders": sold.count(), "customers": per_customer.count()}
    write(sold.orderBy("order_id"), Path(target) / f"latest_{day}.csv")
    write(per_customer.orderBy("customer_id"), Path(target) / f"customers_{day}.csv")
    spark.stop()
    print(f"{day}: {counts}")
    return counts


def write(rows, path):
    """One file with a name that people know, and never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows.columns)
        writer.writerows(rows.collect())
    unfinished.replace(path)


if __name__ == "__main__":
    if os.environ.get("DAGSTER_PIPES_CONTEXT"):
        from dagster_pipes import open_dagster_pipes

        with open_dagster_pipes() as pipes:
            found = main(*sys.argv[1:])
            pipes.log.info(f"{found}")
            if pipes.is_asset_step:
                pipes.report_asset_materialization(metadata=found)
    else:
        main(*sys.argv[1:])
