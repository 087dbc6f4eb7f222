"""`templated.py` runs unchanged in the Airflow interpreter.

Not native yet:
- SC048: the converter itself failed: TypeError: unhashable type: 'dict'
"""

import dagster as dg

from .._airflow import Task, airflow_dag

defs = dg.Definitions.merge(
    airflow_dag(
        "templated",
        file="templated.py",
        tasks={
            "listed": Task(),
            "loops": Task(),
            "own": Task(),
            "settings": Task(),
            "dates": Task(upstream=["listed"]),
            "pulls": Task(upstream=["dates"]),
        },
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
    airflow_dag(
        "templated_values",
        file="templated.py",
        tasks={
            "made": Task(),
            "got": Task(upstream=["made"]),
        },
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
)
