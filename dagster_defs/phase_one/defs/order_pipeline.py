"""The DAGs of order_pipeline.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "order_pipeline",
    file="order_pipeline.py",
    description="Changed orders of a day, cleaned, and metrics per customer",
    tasks={
        "extract": Task(retries=2),
        "transform": Task(upstream=["extract"], retries=2),
        "load": Task(upstream=["transform"], retries=3),
    },
    tags=["daily", "orders"],
    schedule="@daily",
    start_date="2024-01-01T00:00:00+00:00",
)
