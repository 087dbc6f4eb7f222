"""`watched.py` runs unchanged in the Airflow interpreter.

Not native yet:
- SC048: the converter itself failed: SyntaxError: invalid syntax (jobs.py, line 299)
"""

import dagster as dg

from .._airflow import Task, airflow_dag

defs = dg.Definitions.merge(
    airflow_dag(
        "watched",
        file="watched.py",
        tasks={
            "good": Task(),
            "swallows": Task(),
            "late": Task(upstream=["good"]),
            "never": Task(upstream=["late"]),
        },
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
    airflow_dag(
        "watched_ops",
        file="watched.py",
        tasks={
            "breaks": Task(tolerated=True),
            "follows": Task(upstream=["breaks"], tolerated=True),
            "cleans": Task(upstream=["follows"], trigger_rule="all_done"),
        },
    ),
)
