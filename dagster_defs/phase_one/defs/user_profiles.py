"""The DAGs of user_profiles.py, unchanged."""

from .._airflow import Task, airflow_dag

defs = airflow_dag(
    "user_profiles",
    file="user_profiles.py",
    description="Customer profiles for the recommendations",
    tasks={
        "read_profiles": Task(retries=1),
        "store_profiles": Task(upstream=["read_profiles"], retries=1),
        "remember": Task(upstream=["store_profiles"], retries=1),
    },
    tags=["customers", "daily"],
    schedule="@daily",
    start_date="2024-01-01T00:00:00+00:00",
)
