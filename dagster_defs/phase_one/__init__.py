"""Airflow DAGs as Dagster jobs, unchanged."""
