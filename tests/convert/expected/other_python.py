"""Functions that run in another Python."""

# Converted from `other_python.py`.

import sys
from functools import partial

import dagster as dg

from .._airflow import AIRFLOW, AirflowRun, airflow_tasks
from ..runtime.other_python import in_python, in_virtualenv
from ..runtime.outcomes import outcome_executor, outcome_op

PYTHON = sys.executable


def describe(rows, unit="rows"):
    import os

    print("in", os.getpid())
    return {"rows": len(rows), "unit": unit}


def nothing():
    return None


other_python_in_airflow = airflow_tasks(
    "other_python",
    file="other_python.py",
    ops={
        "total": "total_op",
        "described": "other_python__described",
        "empty": "other_python__empty",
        "alone": "alone_op",
        "pick": "pick_op",
    },
)


@outcome_op()
def rows():
    return [1, 2, 3]


def total(values: list[int], factor: int = 2):
    """Adds up."""
    from functools import reduce

    return reduce(lambda a, b: a + b, values) * factor


def alone(n):
    import importlib.util

    return n, importlib.util.find_spec("pandas") is None


def pick(n):
    return "much" if n > 5 else "little"


@outcome_op()
def much():
    return "much"


@outcome_op()
def little():
    return "little"


@outcome_op()
def total_op(rows):
    return in_python(PYTHON, partial(total, values=rows))


@dg.op(ins={"after": dg.In(dg.Nothing)}, name="other_python__described")
def described():
    return in_python(PYTHON, partial(describe, rows=[1, 2], unit="lines"))


@dg.op(ins={"after": dg.In(dg.Nothing)}, name="other_python__empty")
def empty():
    return in_virtualenv(nothing)


@dg.op
def alone_op(total):
    return in_virtualenv(partial(alone, n=total), system_site_packages=False)


@outcome_op(arms=("little", "much"))
def pick_op(total):
    return in_python(PYTHON, partial(pick, n=total))


@outcome_op()
def may_skip(context: dg.OpExecutionContext, airflow: AirflowRun):
    """@task.external_python, run in Airflow."""
    return other_python_in_airflow.run(context, airflow, "may_skip")


@dg.job(executor_def=outcome_executor)
def other_python():
    found = rows()
    may_skip()
    added = total_op(rows=found.outcome)
    alone = alone_op(total=added.result)
    pick = pick_op(total=added.outcome)
    described_done = described(after=alone)
    much(after=pick.much)
    little(after=pick.little)
    empty(after=described_done)


defs = dg.Definitions(jobs=[other_python], resources=AIRFLOW)
