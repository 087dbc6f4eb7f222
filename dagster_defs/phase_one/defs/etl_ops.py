"""The DAGs of etl_ops.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "etl_ops",
    file="etl_ops.py",
    description="Checks the order export of a day, then publishes it or puts it into quarantine",
    tasks={
        "check_source": Task(retries=2, retry_delay=1),
        "profile_orders": Task(upstream=["check_source"]),
        "choose_path": Task(upstream=["profile_orders"]),
        "publish_orders": Task(upstream=["choose_path"]),
        "quarantine_lines": Task(upstream=["choose_path"]),
        "join": Task(
            upstream=["publish_orders", "quarantine_lines"], trigger_rule="none_failed_min_one_success"
        ),
        "write_report": Task(upstream=["join"]),
        "clean_up": Task(upstream=["join"], trigger_rule="all_done"),
    },
    tags=["ops", "orders"],
    schedule="@daily",
    start_date="2024-01-01T00:00:00+00:00",
)
