"""Methods of objects, and functions that have some of their arguments, as tasks."""

import functools
from datetime import datetime
from functools import partial

from airflow import DAG
from airflow.operators.python import BranchPythonOperator, PythonOperator

SCHEMA = "shop"
TABLES = {"orders": ["id", "day"], "customers": ["id"]}


class Named:
    """What all loaders have."""

    def named(self, suffix, ds=None):
        return f"{self.table}_{suffix}_{ds}"


class Loader(Named):
    """Loads one table."""

    def __init__(self, table, keys=(), schema=SCHEMA):
        self.table, self.keys, self.schema = table, list(keys), schema

    def load(self, ds=None, **_):
        return [self.schema, self.table, self.keys, ds]

    def with_key(self, key):
        self.keys.append(key)

    def choose(self, ds):
        return "older" if ds < "2024-01-04" else "newer"

    def all_of(self, **context):
        return context["ds"] + self.table

    @classmethod
    def of_class(cls, ds):
        return cls(ds).table


def line(a, b, c=3, *, d=4, ds=None):
    return [a, b, c, d, ds]


regions = Loader("regions", ["id"])
with_one = functools.partial(line, 1, c="{{ ds }}")

with DAG("bound", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False):
    first = PythonOperator(task_id="of_regions", python_callable=regions.load)
    there = PythonOperator(
        task_id="there", python_callable=Loader("there").named, op_args=["{{ ds_nodash }}"]
    )
    whole = PythonOperator(task_id="whole", python_callable=Loader.of_class)
    named = PythonOperator(task_id="named", python_callable=with_one, op_args=["b"])
    both = PythonOperator(
        task_id="both_ends", python_callable=partial(line, "{{ ds }}", d=5), op_kwargs={"b": "{{ ds }}"}
    )
    again = PythonOperator(
        task_id="repeated",
        python_callable=partial(line, b=2, c=SCHEMA),
        op_kwargs={"a": first.output, "b": 6},
    )
    choose = BranchPythonOperator(task_id="pick", python_callable=regions.choose)
    older = PythonOperator(task_id="older", python_callable=regions.load)
    newer = PythonOperator(task_id="newer", python_callable=regions.load)
    [first, there, whole, named, both] >> again >> choose >> [older, newer]

with DAG("bound_in_a_loop", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False):
    for table, keys in TABLES.items():
        one = Loader(table, keys)
        PythonOperator(
            task_id=f"load_{table}", python_callable=Loader(table, keys, SCHEMA).load
        ) >> PythonOperator(task_id=f"again_{table}", python_callable=one.load)
        PythonOperator(task_id=f"line_{table}", python_callable=partial(line, table, b=len(keys)))

with DAG("bound_and_changed", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False):
    for table in TABLES:
        changed = Loader(table)
        changed.with_key("day")
        PythonOperator(task_id=f"load_{table}", python_callable=changed.load)
    PythonOperator(task_id="all_of", python_callable=regions.all_of)
    PythonOperator(task_id="of_regions", python_callable=regions.load)
