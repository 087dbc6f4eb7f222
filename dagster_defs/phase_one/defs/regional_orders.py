"""The DAGs of regional_orders.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "regional_orders",
    file="regional_orders.py",
    description="Orders of a business day, region by region",
    tasks={
        "list_regions": Task(retries=2, retry_delay=60),
        "extract_region": Task(upstream=["list_regions"], retries=2, retry_delay=60, mapped=True),
        "summarize": Task(upstream=["extract_region"], retries=2, retry_delay=60),
    },
    tags=["orders", "regions"],
    schedule="@daily",
    timezone="Europe/Berlin",
    start_date="2024-01-01T00:00:00+01:00",
)
