"""What may fool a reader: monkeypatching, shared mutables, mutation of default_args, exec. (airflow dag)"""

# ruff: noqa  # written as users write
import copy, importlib, os
from datetime import datetime
from compat import DAG, BaseOperator, BashOperator, EmptyOperator, TaskGroup, task
import compat

ARGS = {"retries": 1, "owner": "x"}
with DAG("default_args", schedule=None, start_date=datetime(2024, 1, 1), default_args=ARGS) as d:
    EmptyOperator(task_id="before")
    ARGS["retries"] = 5
    EmptyOperator(task_id="after")
    d.default_args["retries"] = 6
    EmptyOperator(task_id="after_dag")
    d.default_args.update(pool="q")
    EmptyOperator(task_id="after_update")
    own = {"retries": 2}
    EmptyOperator(task_id="own", default_args=own)
    with TaskGroup("g", default_args=own):
        own["retries"] = 3
        EmptyOperator(task_id="in_g")


def default_list(items=[]):
    items.append(len(items))
    return items


with DAG("mutable", schedule=None, start_date=datetime(2024, 1, 1)) as d:
    for _ in range(3):
        pass
    for n in default_list() and default_list() and default_list():
        EmptyOperator(task_id=f"m{n}")
    grid = [[0] * 2] * 2
    grid[0][0] = 1
    for row in grid:
        EmptyOperator(task_id=f"row_{row[0]}_{len(d.tasks)}")
    functions = [lambda i=i: i for i in range(2)]
    late = [lambda: i for i in range(2)]
    EmptyOperator(task_id=f"l_{functions[0]()}_{late[0]()}")
    x = [1, 2, 3]
    y = x
    y += [4]
    EmptyOperator(task_id=f"alias_{len(x)}")
    t = (1,)
    u = t
    u += (2,)
    EmptyOperator(task_id=f"tup_{len(t)}")
    deep = copy.deepcopy({"a": [1]})
    shallow = copy.copy(deep)
    shallow["a"].append(2)
    EmptyOperator(task_id=f"copy_{len(deep['a'])}")
    n = 0

    def bump():
        global n
        n += 1
        return n

    EmptyOperator(task_id=f"n{bump()}{bump()}")
    del n
    try:
        n
    except NameError:
        EmptyOperator(task_id="name_error")
    try:
        {}["x"]
    except (KeyError, TypeError) as e:
        EmptyOperator(task_id="key_error")
    else:
        EmptyOperator(task_id="no_error")
    finally:
        EmptyOperator(task_id="finally")
    try:
        raise ValueError("x")
    except KeyError:
        EmptyOperator(task_id="wrong")
    except ValueError as e:
        EmptyOperator(task_id=f"caught_{e}")
    try:
        int("12a")
    except ValueError:
        EmptyOperator(task_id="int_failed")
    for i in range(3):
        if i == 1:
            break
    else:
        EmptyOperator(task_id="for_else")
    while False:
        pass
    else:
        EmptyOperator(task_id="while_else")

    class Meta(type):
        pass

    value = {"a": 1}.get("b") or "fallback"
    EmptyOperator(task_id=value)
    assert value == "fallback"
    EmptyOperator(task_id="a" if 0 else "b")
    if (size := len("four")) > 3:
        EmptyOperator(task_id=f"walrus{size}")
    match ("pair", 2):
        case ("pair", int(k)) if k > 1:
            EmptyOperator(task_id=f"match_{k}")
        case _:
            EmptyOperator(task_id="nomatch")
    match {"kind": "load", "n": 3}:
        case {"kind": "load", **rest}:
            EmptyOperator(task_id=f"mapping_{rest['n']}")
    first, (second, *third) = 1, (2, 3, 4)
    EmptyOperator(task_id=f"u_{first}_{second}_{len(third)}")
    s = {3, 1, 2}
    EmptyOperator(task_id="set_" + "".join(str(v) for v in sorted(s | {5} - {1})))
    EmptyOperator(task_id=f"bool_{True + True}")
    EmptyOperator(task_id=f"mod_{-7 // 2}_{-7 % 3}")
    EmptyOperator(task_id="chain_" + str(1 < 2 < 3))
    EmptyOperator(task_id="min_" + min("b", "a") + max(["x", "y"], key=lambda v: v))
    EmptyOperator(task_id=f"sum_{sum([1, 2], 3)}_{sum(i for i in range(3))}")


class Quiet(EmptyOperator):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.retries = 11
        self >> EmptyOperator(task_id=self.task_id + "_tail", dag=self.dag)


with DAG("side", schedule=None, start_date=datetime(2024, 1, 1)) as d:
    Quiet(task_id="q")

_original = EmptyOperator.__init__


def patched(self, *args, **kwargs):
    kwargs["retries"] = 42
    _original(self, *args, **kwargs)


with DAG("patched", schedule=None, start_date=datetime(2024, 1, 1)) as d:
    compat.EmptyOperator.ui_color = "#fff"
    globals()["EmptyOperator"] = BashOperator
    EmptyOperator(task_id="now_bash", bash_command="x")
    globals().pop("EmptyOperator")
    from compat import EmptyOperator

    exec("EmptyOperator(task_id='from_exec')")

with DAG("eval", schedule=None, start_date=datetime(2024, 1, 1)) as d:
    EmptyOperator(task_id=eval("'a' + 'b'"))

with DAG("import", schedule=None, start_date=datetime(2024, 1, 1)) as d:
    importlib.import_module("shared.side").add()

with DAG("environ", schedule=None, start_date=datetime(2024, 1, 1)) as d:
    if os.environ.get("NOT_SET_ANYWHERE", "yes") == "yes":
        EmptyOperator(task_id="env")
    if "NOT_SET" in os.environ:
        EmptyOperator(task_id="never")
    if os.path.exists("/nowhere"):
        EmptyOperator(task_id="never2")
with DAG("clock", schedule=None, start_date=datetime(2024, 1, 1)) as d:
    EmptyOperator(task_id=f"t_{datetime.now():%Y}")
