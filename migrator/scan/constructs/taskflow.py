"""`@task` and its kinds: plain, called with options, overridden, mapped."""

import ast
import re
from dataclasses import field, replace
from functools import lru_cache
from itertools import islice

from migrator.ir import EXPAND_KWARGS
from migrator.record import dataclass
from migrator.scan.constructs.operator import defaults, place, plain_text, register, without_id
from migrator.scan.constructs.setup_teardown import LAST
from migrator.scan.evaluator.bounds import METER
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, External, Native, Site, Thing, UserFunction
from migrator.scan.world import DagState, GroupState, TaskState, XComRef

NAMES = (
    "airflow.decorators.task",
    "airflow.sdk.task",
    "airflow.decorators.python.python_task",
    "airflow.decorators.python_task",
)
WRAPPERS = ("run_if", "skip_if", "stub")
SUFFIX = re.compile(r"__\d+$")


@lru_cache(maxsize=1024)
def decorator_kind(name: str) -> str | None:
    """The kind of an imported decorator: "" for `@task`, "branch" for `@task.branch`; None for any other name."""
    for known in NAMES:
        if name == known:
            return ""
        if name.startswith(f"{known}."):
            return name.removeprefix(f"{known}.")
    return None


def decorator(run: Interpreter, kind: str, call: Call) -> object:
    """`@task`, `@task(...)`, `@task.kind(...)`."""
    if kind in ("run_if", "skip_if"):
        return Native(kind, lambda run, inner: inner.first("function"))
    if call.args and isinstance(call.args[0], (UserFunction, External, Thing)) and not call.kwargs:
        return TaskFunction(kind, call.args[0], {})
    options, nodes = dict(call.kwargs), dict(call.nodes)
    function = options.pop("python_callable", None)
    if call.args or function is not None:
        return TaskFunction(
            kind, call.args[0] if call.args else function, options, nodes, unknown=call.unknown
        )
    return Native(
        "task", lambda run, inner: TaskFunction(kind, inner.first("f"), options, nodes, unknown=call.unknown)
    )


class DagTask(Thing):
    """`dag.task`."""

    def __init__(self, dag: DagState, kind: str = "") -> None:
        self.dag, self.kind = dag, kind

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`dag.task.branch`."""
        return DagTask(self.dag, name)

    def call(self, run: Interpreter, call: Call) -> object:
        """`@dag.task(...)`."""
        found = decorator(run, self.kind, call)
        if isinstance(found, TaskFunction):
            found.options["dag"] = self.dag
            return found
        options = {**call.kwargs, "dag": self.dag}
        return Native(
            "task", lambda run, inner: TaskFunction(self.kind, inner.first("f"), options, dict(call.nodes))
        )


def of_dag(dag: DagState) -> DagTask:
    """`dag.task`."""
    return DagTask(dag)


@dataclass(eq=False)
class TaskFunction(Thing):
    """A decorated function: each call of it makes a task."""

    kind: str
    function: object
    options: dict[str, object]
    nodes: dict[str, ast.expr] = field(default_factory=dict)
    setup: bool = False
    teardown: bool = False
    given: dict[str, object] = field(default_factory=dict)  # by `partial`
    unknown: str | None = None

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`override`, `partial`, `expand`, `expand_kwargs`, `function`."""
        rules = {
            "override": lambda run, call: replace(
                self,
                options={**self.options, **call.kwargs},
                nodes={**self.nodes, **call.nodes},
                unknown=self.unknown or call.unknown,
            ),
            "partial": lambda run, call: replace(self, given={**self.given, **call.kwargs}),
            "expand": lambda run, call: self._expand(run, call, call.kwargs),
            EXPAND_KWARGS: lambda run, call: self._expand(run, call, {EXPAND_KWARGS: call.first("kwargs")}),
        }
        if name in rules:
            return Native(name, rules[name])
        if name in ("function", "__wrapped__"):
            return self.function
        return run.attribute(self.function, name, site)

    def _expand(self, run: Interpreter, call: Call, over: dict[str, object]) -> object:
        made = self._make(run, Call([], {**self.given, **over}, call.site, call.unknown, call.nodes))
        if isinstance(made, XComRef):
            made.task.mapped, made.task.expand = True, tuple(over)
        return made

    def call(self, run: Interpreter, call: Call) -> object:
        """A new task; its value is the task's return value."""
        return self._make(run, call)

    def _make(self, run: Interpreter, call: Call) -> object:
        dag, group = place(run, self.options)
        default = self.function.called if isinstance(self.function, UserFunction) else None
        if isinstance(self.function, External):
            default = self.function.last
        task_id = plain_text(self.options.get("task_id", default))
        if task_id is None:
            return without_id(run, dag, Call([], self.options, call.site, self.unknown))
        unique = unique_id(task_id, dag, group)
        operator = "airflow.decorators.task" + (f".{self.kind}" if self.kind else "")
        task = TaskState(
            group.child_id(unique) if group else unique, operator, call.site, None, group, taskflow=True
        )
        self._fill(task, dag, group, call)
        register(run, task, dag, Call([], {}, call.site, self.unknown or call.unknown))
        return XComRef(task)

    def _fill(self, task: TaskState, dag: DagState | None, group: GroupState | None, call: Call) -> None:
        own = {
            k: v for k, v in self.options.items() if k not in ("task_id", "dag", "task_group", "default_args")
        }
        task.own = set(own)
        task.args = {**defaults(dag, group, self.options.get("default_args")), **own}
        task.nodes = {**self.nodes, **call.nodes}
        task.positional, task.keywords = tuple(call.args), dict(call.kwargs)
        task.function = self.function
        task.setup, task.teardown = self.setup, self.teardown
        if self.teardown:
            task.effective["trigger_rule"] = LAST

    def describe(self) -> str:
        """For messages."""
        return "a @task function that is not called"


def unique_id(task_id: str, dag: DagState | None, group: GroupState | None) -> str:
    """The id with the suffix that Airflow gives to a second call."""
    if dag is None:
        return task_id
    full = group.child_id(task_id) if group else task_id
    if full not in dag.tasks:
        return task_id
    METER.spend(len(dag.tasks) // 100)
    return f"{SUFFIX.split(task_id)[0]}__{_highest(dag, SUFFIX.split(full)[0]) + 1}"


def _highest(dag: DagState, prefix: str) -> int:
    """The highest number behind this prefix so far; tasks that were looked at before are not looked at again."""
    seen, highest = dag.numbered.get(prefix, (0, 0))
    for known in islice(dag.tasks, seen, None):
        number = known[len(prefix) + 2 :]
        if number.isdigit() and known.startswith(f"{prefix}__"):
            highest = max(highest, int(number))
    dag.numbered[prefix] = (len(dag.tasks), highest)
    return highest
