"""`refuses.py` runs unchanged in the Airflow interpreter.

Not native yet:
- CF086: which DAG or tasks it waits for is only known in a run
- CF087: which DAG it starts is only known in a run
- OP051: `soft_fail` is not a constant
- OP053: the command reads AIRFLOW_CTX_..., which Airflow sets for it
- OP063: none of its tasks would be native: the DAG runs in Airflow as a whole
- SC041: `second` is used in a way that has no rule
"""

import dagster as dg

from .._airflow import Task, airflow_dag

defs = dg.Definitions.merge(
    airflow_dag(
        "follows_nobody",
        file="refuses.py",
        tasks={
            "choose": Task(),
            "a": Task(upstream=["choose"]),
            "c": Task(upstream=["a"]),
        },
    ),
    airflow_dag(
        "reads_what_airflow_sets",
        file="refuses.py",
        tasks={
            "tell": Task(),
        },
    ),
    airflow_dag(
        "rule_from_outside",
        file="refuses.py",
        tasks={
            "first": Task(),
            "second": Task(upstream=["first"]),
        },
    ),
    airflow_dag(
        "soft_by_name",
        file="refuses.py",
        tasks={
            "wait": Task(),
        },
    ),
    airflow_dag(
        "starts_another",
        file="refuses.py",
        tasks={
            "start": Task(),
        },
    ),
    airflow_dag(
        "waits_for_another",
        file="refuses.py",
        tasks={
            "wait": Task(),
        },
        schedule="@daily",
        start_date="2024-01-01T00:00:00+00:00",
    ),
)
