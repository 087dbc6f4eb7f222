"""The DAGs of daily_orders.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "daily_orders",
    file="daily_orders.py",
    description="Orders of a day, raw and cleaned, one file each",
    tasks={
        "extract_orders": Task(retries=3, retry_delay=30),
        "clean_orders": Task(upstream=["extract_orders"], retries=3, retry_delay=30),
        "mark_done": Task(upstream=["clean_orders"], retries=3, retry_delay=30),
    },
    tags=["daily", "orders"],
    schedule="@daily",
    start_date="2024-01-01T00:00:00+00:00",
)
