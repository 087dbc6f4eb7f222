"""airflow dag: hidden effects"""

# ruff: noqa  # written as users write
from __future__ import annotations
import functools, os, sys, threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import datetime
from typing import Any, Callable, Generic, Protocol, TypeVar
from compat import (
    DAG,
    BaseOperator,
    BashOperator,
    EmptyOperator,
    Label,
    PythonOperator,
    TaskGroup,
    chain,
    dag,
    task,
    task_group,
)

START = datetime(2024, 1, 1)
K = dict(schedule=None, start_date=START)
T = TypeVar("T")

with DAG("threads", **K) as d:
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda n: EmptyOperator(task_id=n, dag=d), ["a", "b"]))

with DAG("singledispatch", **K) as d:

    @functools.singledispatch
    def make(x):
        EmptyOperator(task_id="generic")

    make(1)

with DAG("exitstack", **K) as d:
    with ExitStack() as stack:
        g = stack.enter_context(TaskGroup("g"))
        EmptyOperator(task_id="x")

with DAG("suppress", **K) as d:
    with suppress(KeyError):
        EmptyOperator(task_id="before")
        {}["k"]
        EmptyOperator(task_id="after")

with DAG("iter_cls", **K) as d:

    class Rows:
        def __init__(self, n):
            self.n = n

        def __iter__(self):
            for i in range(self.n):
                yield f"r{i}"

        def __len__(self):
            return self.n

        def __contains__(self, x):
            return x == "yes"

        def __bool__(self):
            return False

        def __eq__(self, o):
            return True

        def __add__(self, o):
            return Rows(self.n + o.n)

        def __getitem__(self, i):
            return f"item{i}"

        def __call__(self, x):
            return EmptyOperator(task_id=f"called_{x}")

        def __str__(self):
            return "rows"

        def __lt__(self, o):
            return self.n < o.n

        def __hash__(self):
            return 1

        def __rshift__(self, o):
            EmptyOperator(task_id="shifted")
            return o

    for r in Rows(2):
        EmptyOperator(task_id=r)
    EmptyOperator(task_id=f"len{len(Rows(3))}")
    if "yes" in Rows(1):
        EmptyOperator(task_id="contains")
    if Rows(1):
        EmptyOperator(task_id="truthy")
    else:
        EmptyOperator(task_id="falsy")
    if Rows(1) == 5:
        EmptyOperator(task_id="equal")
    EmptyOperator(task_id=f"add{(Rows(1) + Rows(2)).n}")
    EmptyOperator(task_id=Rows(1)[4])
    Rows(1)(7)
    EmptyOperator(task_id=f"str_{Rows(1)}")
    EmptyOperator(task_id=f"sorted_{sorted([Rows(3), Rows(1)])[0].n}")
    Rows(1) >> 3

with DAG("getattr", **K) as d:

    class Conf:
        def __init__(self, data):
            self.__dict__.update(data)

        def __getattr__(self, name):
            return f"dyn_{name}"

        def __setattr__(self, k, v):
            object.__setattr__(self, k, v + "!")

        def __delattr__(self, k):
            pass

    c = Conf({"a": "plain"})
    EmptyOperator(task_id=c.a)
    EmptyOperator(task_id=c.other)

with DAG("meta", **K) as d:

    class Meta(type):
        def __new__(mcs, name, bases, ns):
            ns["made"] = EmptyOperator(task_id=f"meta_{name}")
            return super().__new__(mcs, name, bases, ns)

    class A(metaclass=Meta):
        pass


with DAG("descriptor", **K) as d:

    class Desc:
        def __set_name__(self, owner, name):
            EmptyOperator(task_id=f"set_{name}")

        def __get__(self, o, t):
            return "got"

    class B:
        field = Desc()

    EmptyOperator(task_id=B().field)

with DAG("new", **K) as d:

    class Single:
        _i = None

        def __new__(cls, *a):
            if cls._i is None:
                cls._i = super().__new__(cls)
                EmptyOperator(task_id="once")
            return cls._i

        def __init__(self, n):
            self.n = n

    Single(1)
    s = Single(2)
    EmptyOperator(task_id=f"n{s.n}")

with DAG("classmethods", **K) as d:

    class Reg:
        items: dict = {}

        @classmethod
        def add(cls, name):
            def deco(f):
                cls.items[name] = f
                return f

            return deco

        @classmethod
        def run_all(cls):
            return [f() for f in cls.items.values()]

    @Reg.add("one")
    def one():
        return EmptyOperator(task_id="one")

    @Reg.add("two")
    def two():
        return EmptyOperator(task_id="two")

    chain(*Reg.run_all())

with DAG("mro", **K) as d:

    class Base1:
        def build(self):
            return ["base"]

    class MixA(Base1):
        def build(self):
            return ["a"] + super().build()

    class MixB(Base1):
        def build(self):
            return ["b"] + super().build()

    class Both(MixA, MixB):
        pass

    chain(*[EmptyOperator(task_id=t) for t in Both().build()])

with DAG("closure", **K) as d:

    def counter():
        n = 0

        def inc():
            nonlocal n
            n += 1
            return n

        return inc

    inc = counter()
    for _ in range(3):
        EmptyOperator(task_id=f"c{inc()}")

with DAG("global_state", **K) as d:
    if d is not None and len(d.tasks) == 0:
        EmptyOperator(task_id="none_yet")
    with TaskGroup("tg") as tg:
        EmptyOperator(task_id="in")
    for t in tg:
        EmptyOperator(task_id=f"for_{t.task_id.replace('.', '_')}")
    EmptyOperator(task_id=f"n{len(tg.children)}")
    tg.children["tg.in"] >> EmptyOperator(task_id="by_child")
    for t in d.topological_sort():
        pass

with DAG("del", **K) as d:
    x = EmptyOperator(task_id="x")
    y = EmptyOperator(task_id="y")
    x >> y
    d.task_dict.pop("y") if False else None

with DAG("format_map", **K) as d:
    EmptyOperator(task_id="{a}_{b!s:>3}".format_map({"a": 1, "b": "z"}).replace(" ", "_"))
    EmptyOperator(task_id="abc"[::-1] + "abc"[1:])
    EmptyOperator(task_id="_".join(sorted("cab", reverse=True)))
    EmptyOperator(task_id="%s-%d" % ("a", 3))
    EmptyOperator(task_id=b"bytes".decode())
    EmptyOperator(task_id=f"{1_000:,}".replace(",", "_"))
    EmptyOperator(task_id="x" * 3 + str(10**2) + hex(255))
    EmptyOperator(task_id=f"{'a' if len('x') else 'b'}{[i for i in range(3)][-1]}")
    a = b = c = "multi"
    EmptyOperator(task_id=a + b[:1])
    d1 = {"k": {"n": [1, 2]}}
    d1["k"]["n"].append(3)
    d1["k"].setdefault("m", {})["z"] = 1
    EmptyOperator(task_id=f"nested_{d1['k']['n'][-1]}_{d1['k']['m']['z']}")
    del d1["k"]["m"]
    EmptyOperator(task_id=f"deleted_{'m' in d1['k']}")
    l = [3, 1, 2]
    l.sort(key=lambda v: -v)
    l.insert(0, 9)
    l.remove(1)
    l.reverse()
    EmptyOperator(task_id="l" + "".join(map(str, l)))
    l[0:2] = [7]
    del l[0]
    EmptyOperator(task_id="m" + "".join(map(str, l)))
    lst = [1, 2]
    lst *= 2
    EmptyOperator(task_id="mul" + str(lst.count(1)))
    dd = {}
    dd |= {"q": 1}
    EmptyOperator(task_id="or" + next(iter(dd)))
    ss = {1}
    ss |= {2}
    ss -= {1}
    EmptyOperator(task_id=f"set{ss.pop()}")
