"""itertools, collections, functools, generators with state. (airflow dag)"""

# ruff: noqa  # written as users write
import functools, itertools
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from contextlib import contextmanager
from datetime import datetime
from functools import partial, reduce
from itertools import chain as ichain, count, cycle, groupby, islice, product, zip_longest
from operator import attrgetter, itemgetter
from typing import NamedTuple
from compat import DAG, EmptyOperator, TaskGroup, chain, task

Source = namedtuple("Source", ["name", "layer", "deps"], defaults=[()])
SOURCES = [
    Source("a", "raw"),
    Source("b", "raw"),
    Source("c", "gold", ("a", "b")),
    Source(name="d", layer="gold", deps=["c"]),
]


class Step(NamedTuple):
    name: str
    after: tuple = ()
    retries: int = 2


def numbered(prefix):
    n = 0
    while True:
        n += 1
        yield f"{prefix}_{n}"


ids = numbered("step")
make = partial(EmptyOperator, retries=4, owner="x")


@contextmanager
def section(name, **kwargs):
    start = EmptyOperator(task_id=f"{name}_start")
    with TaskGroup(name, **kwargs) as group:
        yield group
    start >> group
    group >> EmptyOperator(task_id=f"{name}_end")


with DAG("iter", schedule=None, start_date=datetime(2024, 1, 1)) as d:
    made = {}
    for layer, members in groupby(
        sorted(SOURCES, key=attrgetter("layer"), reverse=True), key=lambda s: s.layer
    ):
        with TaskGroup(layer):
            for s in members:
                made[s.name] = make(task_id=s.name)
                for dep in s.deps:
                    made[dep] >> made[s.name]
    by_layer = defaultdict(list)
    for s in SOURCES:
        by_layer[s.layer].append(s)
    for layer, members in by_layer.items():
        EmptyOperator(task_id=f"check_{layer}_{len(members)}")
    first, second = next(ids), next(ids)
    x = EmptyOperator(task_id=first)
    y = EmptyOperator(task_id=second)
    x >> y >> EmptyOperator(task_id=next(ids))
    for (env, n), extra in zip(
        product(["dev", "prod"], repeat=1) and product(["dev", "prod"], range(2)), count(10)
    ):
        EmptyOperator(task_id=f"{env}_{n}_{extra}")
    for name, pool in zip(["p", "q", "r"], cycle(["one", "two"])):
        EmptyOperator(task_id=name, pool=pool)
    steps = [Step("load"), Step("clean", ("load",), retries=0), Step("publish", after=("clean", "load"))]
    tasks = OrderedDict((s.name, EmptyOperator(task_id=s.name, retries=s.retries)) for s in steps)
    for s in steps:
        for up in s.after:
            tasks[up] >> tasks[s.name]
    with section("load_section") as g:
        EmptyOperator(task_id="inner")
    total = reduce(lambda a, b: a + b, [len(s.deps) for s in SOURCES])
    EmptyOperator(task_id=f"total_{total}")
    for word, n in Counter("abca").most_common(1):
        EmptyOperator(task_id=f"{word}{n}")
    queue = deque(["u", "v"])
    queue.appendleft("t")
    while queue:
        EmptyOperator(task_id=queue.popleft())
    for pair in itertools.combinations("XYZ", 2):
        EmptyOperator(task_id="".join(pair))
    for chunk in (list(range(5))[i : i + 2] for i in range(0, 5, 2)):
        EmptyOperator(task_id="chunk_" + "_".join(str(c) for c in chunk))
    for a, b in zip_longest("kl", "m", fillvalue="none"):
        EmptyOperator(task_id=f"{a}-{b}")
    for i in islice(count(), 2, 4):
        EmptyOperator(task_id=f"islice{i}")
    it = iter(["i1", "i2", "i3"])
    EmptyOperator(task_id=next(it))
    for rest in it:
        EmptyOperator(task_id=rest)
    *head, tail = ["h1", "h2", "h3"]
    chain(*[EmptyOperator(task_id=h) for h in head], EmptyOperator(task_id=tail))
    srt = sorted({"z": 3, "w": 1}.items(), key=itemgetter(1))
    chain([EmptyOperator(task_id=k) for k, v in srt], EmptyOperator(task_id="after_sorted"))
    print(ichain.__name__)
