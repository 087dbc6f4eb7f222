"""Helper functions and classes of the file: some need Airflow, and so do the tasks that call them."""

# Converted from `needs_airflow.py`.

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, airflow_tasks
from ..runtime.outcomes import outcome_executor, outcome_op


def twice(x: int) -> int:
    return 2 * x


def typed(ti, n: int = 2):
    return twice(n)


def annotated(n: int = 2):
    return twice(n)


needs_airflow_in_airflow = airflow_tasks(
    "needs_airflow",
    file="needs_airflow.py",
    ops={"once": "once_op", "again": "needs_airflow__again", "told": "needs_airflow__told"},
)


@outcome_op(tolerated=True)
def number():
    return twice(4)


@outcome_op(tolerated=True)
def asked(context: dg.OpExecutionContext, airflow: AirflowRun):
    """Host, run in Airflow."""
    return needs_airflow_in_airflow.run(context, airflow, "asked")


@outcome_op(rule="all_done")
def once_op():
    return typed(ti=None)


@outcome_op(name="needs_airflow__again")
def again():
    return typed(n=3, ti=None)


@outcome_op()
def first():
    return annotated()


@outcome_op()
def second():
    return annotated(n=5)


@outcome_op(tolerated=True, name="needs_airflow__told")
def told(context: dg.OpExecutionContext, airflow: AirflowRun, number):
    """@task, run in Airflow."""
    return needs_airflow_in_airflow.run(context, airflow, "told", {"number": number})


@dg.job(executor_def=outcome_executor)
def needs_airflow():
    asked_done = asked()
    number_done = number()
    told_done = told(number=number_done.outcome, after=asked_done.outcome)
    once = once_op(after=told_done.outcome)
    again_done = again(after=once.outcome)
    first_done = first(after=once.outcome)
    second(after=[again_done.outcome, first_done.outcome])


defs = dg.Definitions(jobs=[needs_airflow], resources=AIRFLOW)
