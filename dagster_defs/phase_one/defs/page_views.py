"""The DAGs of page_views.py, unchanged."""

import dagster as dg

from .._airflow import Task, airflow_dag

defs = dg.Definitions.merge(
    airflow_dag(
        "page_views_daily",
        file="page_views.py",
        description="Daily ranking of pages, without bots",
        tasks={
            "extract_views": Task(retries=1, retry_delay=120),
            "remove_bots": Task(upstream=["extract_views"], retries=1, retry_delay=120),
            "report.count_sessions": Task(upstream=["remove_bots"], retries=1, retry_delay=120),
            "report.rank_pages": Task(upstream=["remove_bots"], retries=1, retry_delay=120),
        },
        tags=["daily", "web"],
        schedule="@daily",
        timezone="Europe/Berlin",
        start_date="2024-01-01T00:00:00+01:00",
    ),
    airflow_dag(
        "page_views_weekly",
        file="page_views.py",
        description="Weekly ranking of pages, without bots",
        tasks={
            "extract_views": Task(retries=1, retry_delay=120),
            "remove_bots": Task(upstream=["extract_views"], retries=1, retry_delay=120),
            "report.count_sessions": Task(upstream=["remove_bots"], retries=1, retry_delay=120),
            "report.rank_pages": Task(upstream=["remove_bots"], retries=1, retry_delay=120),
        },
        tags=["web", "weekly"],
        schedule="@weekly",
        timezone="Europe/Berlin",
        start_date="2024-01-01T00:00:00+01:00",
    ),
)
