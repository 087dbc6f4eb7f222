"""Functions that run in another Python."""

import sys
from datetime import datetime

from airflow import DAG
from airflow.decorators import task
from airflow.operators.python import ExternalPythonOperator, PythonVirtualenvOperator

PYTHON = sys.executable


def describe(rows, unit="rows"):
    import os

    print("in", os.getpid())
    return {"rows": len(rows), "unit": unit}


def nothing():
    return None


with DAG("other_python", start_date=datetime(2024, 1, 1), schedule=None, catchup=False):

    @task
    def rows():
        return [1, 2, 3]

    @task.external_python(python=PYTHON)
    def total(values: list[int], factor: int = 2):
        """Adds up."""
        from functools import reduce

        return reduce(lambda a, b: a + b, values) * factor

    @task.virtualenv(system_site_packages=False)
    def alone(n):
        import importlib.util

        return n, importlib.util.find_spec("pandas") is None

    @task.branch_external_python(python=PYTHON)
    def pick(n):
        return "much" if n > 5 else "little"

    @task
    def much():
        return "much"

    @task
    def little():
        return "little"

    @task.external_python(python=PYTHON, skip_on_exit_code=3)
    def may_skip():
        raise SystemExit(3)

    found = rows()
    added = total(found)
    described = ExternalPythonOperator(
        task_id="described",
        python=PYTHON,
        python_callable=describe,
        op_args=[[1, 2]],
        op_kwargs={"unit": "lines"},
    )
    empty = PythonVirtualenvOperator(task_id="empty", python_callable=nothing, requirements=[])
    alone(added) >> described >> empty
    pick(added) >> [much(), little()]
    may_skip()
