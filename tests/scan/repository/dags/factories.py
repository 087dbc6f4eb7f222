"""Factories of all kinds. (airflow dag)"""

# ruff: noqa  # written as users write
import abc
from datetime import datetime
from shared.factory import DagFactory, Pipeline, build_all, simple
from compat import DAG, EmptyOperator, task

for name, dag_object in build_all(["x", "y"]).items():
    globals()[name] = dag_object

globals().update({f"up_{i}": simple(f"up_{i}", n=i) for i in range(2)})


class Base(abc.ABC):
    schedule = "@daily"
    registry = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Base.registry[cls.__name__] = cls

    @abc.abstractmethod
    def tasks(self): ...

    def build(self):
        with DAG(
            f"{type(self).__name__.lower()}", schedule=self.schedule, start_date=datetime(2024, 1, 1)
        ) as d:
            previous = None
            for t in self.tasks():
                op = EmptyOperator(task_id=t)
                if previous:
                    previous >> op
                previous = op
        return d


class Orders(Base):
    def tasks(self):
        yield "a"
        yield from ["b", "c"]


class Items(Orders):
    schedule = "@weekly"

    def tasks(self):
        return [t.upper() for t in super().tasks()]


for cls_name, cls in Base.registry.items():
    globals()[f"dag_{cls_name}"] = cls().build()

factory = DagFactory("cls", tags=["f"])
factory.add("one").add("two", retries=5)
factory_dag = factory.dag
p = Pipeline("pipe")
with p as pipe_dag:
    p.step("s1")
    p.step("s2")


def wrap(dag_id, **dag_kwargs):
    def decorator(function):
        with DAG(dag_id, start_date=datetime(2024, 1, 1), **dag_kwargs) as d:
            function()
        return d

    return decorator


@wrap("wrapped", schedule=None)
def wrapped():
    EmptyOperator(task_id="w") >> EmptyOperator(task_id="v")


def create(i):
    d = DAG(f"create_{i}", schedule=None, start_date=datetime(2024, 1, 1))

    @task(task_id=f"t_{i}", dag=d)
    def inner(x):
        return x

    @d.task
    def more():
        pass

    with d:
        inner(1) >> more()
    return d


created = [create(i) for i in range(2)]
c0, c1 = created
exec_like = {k: v for k, v in (("k", 1),)}
import sys

setattr(sys.modules[__name__], "setattr", simple("setattr", n=1))
