"""A day's revenue per country. Frames, dates, a retry, a tuple, a file, an empty task."""

import os
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pendulum
from airflow.decorators import dag, task
from airflow.operators.empty import EmptyOperator

HERE = Path(os.environ["PAIR_DATA"])


@dag(
    schedule="@daily",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
)
def revenue():
    start = EmptyOperator(task_id="start")

    @task
    def extract(ds=None):
        orders = pd.read_csv(HERE / "orders.csv")
        return orders[orders["day"] == ds].reset_index(drop=True)

    @task
    def span(orders):
        seen = HERE / "seen"
        if not seen.exists():
            seen.touch()
            raise ConnectionError("the first try always fails")
        return int(orders["order_id"].min()), int(orders["order_id"].max())

    @task
    def load(orders, ds=None):
        out = HERE / "out" / f"{ds}.csv"
        out.parent.mkdir(exist_ok=True)
        orders.dropna().groupby("country", as_index=False)["gross"].sum().to_csv(out, index=False)
        return str(out)

    orders = extract()
    start >> orders
    span(orders)
    load(orders)


revenue()
