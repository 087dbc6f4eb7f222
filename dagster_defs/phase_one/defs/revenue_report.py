"""The DAGs of revenue_report.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "revenue_report",
    file="revenue_report.py",
    description="Revenue of a day per country and category",
    tasks={
        "read_orders": Task(retries=2, retry_delay=120),
        "update_table": Task(retries=2, retry_delay=120),
        "add_up": Task(upstream=["read_orders"], retries=2, retry_delay=120),
        "totals_of_table": Task(upstream=["update_table"], retries=2, retry_delay=120),
        "write_report": Task(upstream=["add_up"], retries=2, retry_delay=120),
        "compare_totals": Task(upstream=["totals_of_table", "write_report"], retries=2, retry_delay=120),
    },
    tags=["daily", "finance"],
    schedule="@daily",
    start_date="2024-01-01T00:00:00+00:00",
)
