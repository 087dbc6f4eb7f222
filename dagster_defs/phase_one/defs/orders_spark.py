"""The DAGs of orders_spark.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "orders_spark",
    file="orders_spark.py",
    description="Latest version of each order of the day, and revenue per customer, by Spark",
    tasks={
        "latest_orders": Task(retries=1, retry_delay=20),
        "check_files": Task(upstream=["latest_orders"], retries=1, retry_delay=20),
    },
    tags=["orders", "spark"],
    schedule="@daily",
    start_date="2024-01-01T00:00:00+00:00",
)
