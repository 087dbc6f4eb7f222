"""What several DAG files of this team share."""

# ruff: noqa  # written as users write

from __future__ import annotations
from datetime import datetime
from functools import lru_cache
from compat import DAG, EmptyOperator


@lru_cache(maxsize=None)
def start_date():
    return datetime(2024, 1, 1)


def simple(dag_id, *, n, **kwargs):
    dag = DAG(dag_id=dag_id, schedule=kwargs.pop("schedule", None), start_date=start_date(), **kwargs)
    ops = []
    for i in range(n):
        ops.append(EmptyOperator(task_id=f"op{i}", dag=dag))
    for a, b in zip(ops, ops[1:]):
        a.set_downstream(b)
    return dag


def build_all(names):
    return {f"{n}": simple(f"{n}", n=i + 1) for i, n in enumerate(names)}


class DagFactory:
    counter = 0

    def __init__(self, dag_id, **kwargs):
        DagFactory.counter += 1
        self._dag = None
        self.dag_id = dag_id
        self.kwargs = kwargs
        self.steps: dict = {}

    def add(self, name, **options) -> DagFactory:
        self.steps[name] = options
        return self

    @property
    def dag(self):
        if self._dag is None:
            self._dag = self._build()
        return self._dag

    def _build(self):
        with DAG(self.dag_id, schedule=None, start_date=start_date(), **self.kwargs) as dag:
            prev = None
            for name, options in self.steps.items():
                op = EmptyOperator(task_id=f"{name}_{self.counter}", **options)
                if prev is not None:
                    op << prev
                prev = op
        return dag


class Pipeline:
    def __init__(self, dag_id):
        self.dag = DAG(dag_id, schedule=None, start_date=start_date())
        self.last = None

    def __enter__(self):
        self.dag.__enter__()
        return self.dag

    def __exit__(self, *exc):
        return self.dag.__exit__(*exc)

    def step(self, name):
        op = EmptyOperator(task_id=name)
        if self.last:
            self.last >> op
        self.last = op
        return op
