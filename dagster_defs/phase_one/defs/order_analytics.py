"""The DAGs of order_analytics.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "order_analytics",
    file="order_analytics.py",
    tasks={
        "extract_orders": Task(retries=1),
        "extract_products": Task(retries=1),
        "enrich_orders": Task(upstream=["extract_orders", "extract_products"], retries=1),
        "category_revenue": Task(upstream=["enrich_orders"], retries=1),
        "customer_segments": Task(upstream=["enrich_orders"], retries=1),
    },
    tags=["analytics", "orders"],
    schedule="@daily",
    start_date="2024-01-01T00:00:00+00:00",
)
