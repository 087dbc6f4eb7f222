"""The DAGs of weekly_orders.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "weekly_orders",
    file="weekly_orders.py",
    description="Orders and revenue of a week, when its days are complete",
    tasks={
        "wait_for_days": Task(),
        "summarize_week": Task(upstream=["wait_for_days"]),
        "write_summary": Task(upstream=["summarize_week"]),
    },
    tags=["orders", "weekly"],
    schedule="0 0 * * 1",
    start_date="2024-01-01T00:00:00+00:00",
)
