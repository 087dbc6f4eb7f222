"""Operators and sensors that a rule knows, and refuses as they are used here."""

# Converted from `refuses.py`.

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, Task, airflow_dag, airflow_tasks
from ..runtime.outcomes import outcome_executor, outcome_op
from ..runtime.shell import run_bash

follows_nobody_in_airflow = airflow_tasks(
    "follows_nobody", file="refuses.py", ops={"choose": "follows_nobody__choose"}
)


@outcome_op(name="follows_nobody__choose")
def choose(context: dg.OpExecutionContext, airflow: AirflowRun):
    """BranchDayOfWeekOperator, run in Airflow."""
    return follows_nobody_in_airflow.run(context, airflow, "choose")


@outcome_op()
def a():
    yield from run_bash("echo a")


@outcome_op()
def c():
    yield from run_bash("echo c")


@dg.job(executor_def=outcome_executor)
def follows_nobody():
    choose_done = choose()
    a_done = a(after=choose_done.outcome)
    c(after=a_done.outcome)


defs = dg.Definitions.merge(
    dg.Definitions(jobs=[follows_nobody], resources=AIRFLOW),
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
