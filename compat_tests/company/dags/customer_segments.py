"""Pandas all the way, in the TaskFlow style."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from airflow.decorators import dag, task

from lib.warehouse import DATA


@dag(
    schedule="0 3 * * *",
    start_date=datetime(2023, 1, 1),
    catchup=False,
    default_args={"retries": 1},
    tags=["customers"],
)
def customer_segments():
    """Customers by how much they buy."""

    @task
    def extract() -> list[dict]:
        frame = pd.read_csv(DATA / "orders.csv")
        return frame.fillna({"amount": 0}).to_dict("records")

    @task
    def spend(rows: list[dict]) -> dict:
        frame = pd.DataFrame(rows)
        return {k: round(float(v), 2) for k, v in frame.groupby("customer")["amount"].sum().items()}

    @task
    def segment(per_customer: dict, threshold: float = 15.0) -> dict[str, list[str]]:
        big = sorted(name for name, amount in per_customer.items() if amount >= threshold)
        return {"big": big, "small": sorted(set(per_customer) - set(big))}

    @task.branch
    def route(segments: dict) -> str:
        return "campaign" if len(segments["big"]) > 1 else "nothing"

    @task
    def campaign():
        return "mail sent"

    @task
    def nothing():
        return "no mail"

    segments = segment(spend(extract()))
    route(segments) >> [campaign(), nothing()]


customer_segments()
