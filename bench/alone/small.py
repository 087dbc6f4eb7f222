"""A DAG as small as they come: a table, two sums over it, a file."""

from datetime import datetime
from pathlib import Path

from airflow.decorators import dag, task


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def small():
    @task
    def extract(ds=None):
        return [{"day": ds, "order": number, "price": number * 1.5} for number in range(100)]

    @task
    def total(orders):
        return sum(order["price"] for order in orders)

    @task
    def count(orders):
        return len(orders)

    @task
    def report(price, number, ds=None):
        Path(f"report_{ds}.txt").write_text(f"{number} orders: {price}")

    orders = extract()
    report(total(orders), count(orders))


small()
