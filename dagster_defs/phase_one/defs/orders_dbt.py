"""The DAGs of orders_dbt.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "orders_dbt",
    file="orders_dbt.py",
    description="Revenue per category of each day, by dbt",
    tasks={
        "export_lines": Task(retries=1, retry_delay=20),
        "dbt_build": Task(upstream=["export_lines"]),
        "publish": Task(upstream=["dbt_build"], retries=1, retry_delay=20),
    },
    tags=["dbt", "orders"],
    schedule="@daily",
    start_date="2024-01-01T00:00:00+00:00",
)
