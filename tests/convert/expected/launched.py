"""`launched.py` runs unchanged in the Airflow interpreter.

Not native yet:
- SC048: the converter itself failed: TypeError: unhashable type: 'dict'
"""

import dagster as dg

from .._airflow import Task, airflow_dag

defs = dg.Definitions.merge(
    airflow_dag(
        "launched",
        file="launched.py",
        tasks={
            "report": Task(),
            "whole": Task(upstream=["report"]),
            "shell": Task(upstream=["whole"]),
        },
    ),
    airflow_dag(
        "launched_daily",
        file="launched.py",
        tasks={
            "load": Task(),
            "count": Task(upstream=["load"]),
        },
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
    airflow_dag(
        "launched_with_conf",
        file="launched.py",
        tasks={
            "one": Task(),
            "other": Task(upstream=["one"]),
            "shown": Task(upstream=["other"]),
            "first": Task(upstream=["shown"]),
            "second": Task(upstream=["shown"]),
        },
    ),
)
