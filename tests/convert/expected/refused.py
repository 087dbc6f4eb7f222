"""`refused.py` runs unchanged in the Airflow interpreter.

Not native yet:
- DP044: `rows` is changed after it was pushed
- DP047: pulls what push returned, which only pushes
- DP051: `context['ds']` inside an f-string
- DP052: `context` is a name of the function's own, and Dagster's is needed
- DP052: `json` means something else in this file, and json is needed
- DP053: `day` is assigned more than once in the file
- DP054: `rows` is changed in place, and another argument holds its XCom
"""

import dagster as dg

from .._airflow import Task, airflow_dag

defs = dg.Definitions.merge(
    airflow_dag(
        "another_json",
        file="refused.py",
        tasks={
            "read": Task(),
        },
    ),
    airflow_dag(
        "assigned_again",
        file="refused.py",
        tasks={
            "read": Task(),
        },
    ),
    airflow_dag(
        "changed_argument",
        file="refused.py",
        tasks={
            "read": Task(),
            "add": Task(upstream=["read"]),
        },
    ),
    airflow_dag(
        "context_of_its_own",
        file="refused.py",
        tasks={
            "read": Task(),
        },
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
    airflow_dag(
        "only_pushed",
        file="refused.py",
        tasks={
            "push": Task(),
            "read": Task(upstream=["push"]),
        },
    ),
    airflow_dag(
        "printed_name",
        file="refused.py",
        tasks={
            "read": Task(),
        },
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
    airflow_dag(
        "pushed_and_changed",
        file="refused.py",
        tasks={
            "push": Task(),
        },
    ),
)
