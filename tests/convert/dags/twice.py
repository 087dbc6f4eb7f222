"""Two exports joined. One function reads either of them."""

import os
from datetime import datetime
from pathlib import Path

from airflow.decorators import dag, task

DATA = Path(os.environ.get("CASES_DATA_DIR", "."))
CURRENCIES = ("EUR", "USD")
START = datetime(2024, 1, 1)  # only the DAG needs it


def in_currency(amount: float, currency: str) -> str:
    return f"{amount:.2f} {currency}"


@dag(schedule=None, start_date=START, catchup=False, default_args={"owner": "analytics"}, tags=["two words"])
def twice():
    """Joins both exports."""

    @task
    def fetch(name: str, *, header: bool = True) -> list:
        """One export as rows."""
        lines = [f"{name},1", f"{name},2"]
        return [line.split(",") for line in (lines if header else lines[1:])]

    @task
    def join(orders, catalog, currency=CURRENCIES[0]):
        # every order with every product
        return [{"order": o, "product": p, "currency": currency} for o in orders for p in catalog]

    @task(multiple_outputs=True)
    def summarize(rows, top: int = 1) -> dict:
        return {"first": rows[:top], "total": len(rows)}

    @task
    def report(first, total):
        (DATA / "report.txt").write_text(f"{in_currency(total, first[0]['currency'])}\n")

    @task
    def nobody_reads() -> None:
        (DATA / "mark.txt").write_text("here")

    @task
    def reads_nothing(nothing):
        return nothing is None

    # both come from the same system
    orders = fetch("orders")
    catalog = fetch("catalog", header=False)
    summary = summarize(join(orders, catalog), top=2)
    report(summary["first"], summary["total"])
    reads_nothing(nobody_reads())


twice()
