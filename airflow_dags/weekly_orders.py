"""The week's orders, added up when all seven days of `daily_orders` are complete.

Weeks are those of the sales report: Monday to Sunday, in UTC. The day's files are read from the lake; a day that is
run again later changes no week that was reported already.

Owner: sales reporting.
"""

import csv
import json
import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pendulum
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.sensors.external_task import ExternalTaskSensor

DATA_DIR = Path(os.environ.get("ORDERS_DATA_DIR", "/data/orders"))
CLEAN = DATA_DIR / "lake" / "orders" / "clean"
OUT_DIR = DATA_DIR / "out" / "weekly_orders"

DAYS = 7

default_args = {
    "owner": "sales-reporting",
    "retries": 0,
}


def days_of_week(logical_date):
    """The runs of the week's days: ours is dated by its Monday."""
    return [logical_date + timedelta(days=day) for day in range(DAYS)]


def orders_of(day):
    with (CLEAN / f"{day}.csv").open(encoding="utf-8", newline="") as file:
        return [order for order in csv.DictReader(file) if order["status"] == "completed"]


def summarize_week(first_day):
    """Orders and revenue of each day of the week, to the cent."""
    days = [first_day, *(shifted(first_day, by) for by in range(1, DAYS))]
    week = []
    for day in days:
        orders = orders_of(day)
        revenue = sum((Decimal(order["amount"]) for order in orders), Decimal(0))
        week.append({"order_date": day, "orders": len(orders), "revenue": str(revenue)})
    return week


def shifted(day, by):
    return pendulum.parse(day).add(days=by).to_date_string()


def write_summary(ti, week_of, **context):
    week = ti.xcom_pull(task_ids="summarize_week")
    OUT_DIR.mkdir(parents=True, exist_ok=True)
    report = {
        "week_of": week_of,
        "orders": sum(day["orders"] for day in week),
        "revenue": str(sum(Decimal(day["revenue"]) for day in week)),
        "best_day": max(week, key=lambda day: Decimal(day["revenue"]))["order_date"],
        "days": week,
    }
    text = json.dumps(report, indent=1)
    (OUT_DIR / f"{week_of}.json").write_text(text + "\n", encoding="utf-8")
    return report["revenue"]


with DAG(
    dag_id="weekly_orders",
    description="Orders and revenue of a week, when its days are complete",
    schedule="0 0 * * 1",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=default_args,
    doc_md=__doc__,
    tags=["orders", "weekly"],
) as dag:
    wait = ExternalTaskSensor(
        task_id="wait_for_days",
        external_dag_id="daily_orders",
        external_task_id="mark_done",
        execution_date_fn=days_of_week,
        poke_interval=5 * 60,
        timeout=12 * 60 * 60,
        mode="reschedule",
    )
    summarize = PythonOperator(
        task_id="summarize_week",
        python_callable=summarize_week,
        op_args=["{{ ds }}"],
    )
    write = PythonOperator(
        task_id="write_summary",
        python_callable=write_summary,
        op_kwargs={"week_of": "{{ ds }}"},
    )

    wait >> summarize >> write
