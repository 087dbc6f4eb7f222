"""Moves data teams from Apache Airflow to Dagster, and proves the result."""

__version__ = "0.1.0"
