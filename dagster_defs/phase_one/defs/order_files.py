"""The DAGs of order_files.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "order_files",
    file="order_files.py",
    description="Takes in the order files of partners",
    tasks={
        "wait_for_files": Task(retries=1),
        "ingest_files": Task(upstream=["wait_for_files"], retries=1),
        "anything_new": Task(upstream=["ingest_files"], retries=1),
        "clean_lines": Task(upstream=["anything_new", "ingest_files"], retries=1),
        "aggregate_orders": Task(upstream=["clean_lines"], retries=1),
        "tell_support": Task(upstream=["clean_lines", "ingest_files"], trigger_rule="none_failed", retries=1),
    },
    tags=["orders", "partners"],
    schedule="@daily",
    start_date="2024-03-01T00:00:00+00:00",
)
