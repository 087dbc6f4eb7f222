"""Callbacks of tasks and DAGs → hooks of their steps, and sensors on their runs.

A callback moves along when all that it asks of Airflow's context is there in Dagster; else a finding says what is not.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from migrator.convert.asked import Asked, airflow_in, asked, module_functions
from migrator.convert.context import TASK_INSTANCE
from migrator.convert.problem import Problem
from migrator.convert.source import Source, names_bound, names_read
from migrator.ir import Code, Dag, Function, Literal, Sequence, Task, Value

OF_TASKS = {"on_failure_callback": "call_on_failure", "on_success_callback": "call_on_success"}
OF_DAGS = {"on_failure_callback": "when_a_run_fails", "on_success_callback": "when_a_run_succeeds"}
DATES = frozenset(
    ("ds", "ds_nodash", "ts", "logical_date", "execution_date", "data_interval_start", "data_interval_end")
)
OF_INSTANCES = frozenset(("task_id", "dag_id", "run_id", "state", "log_url"))
OF_TRIES = frozenset(("try_number",))  # a DAG's callback has no task that it would be about
GIVEN = {
    "task_instance": OF_INSTANCES,
    "ti": OF_INSTANCES,
    "task": frozenset(("task_id", "dag_id")),
    "dag": frozenset(("dag_id",)),
    "dag_run": frozenset(
        ("dag_id", "run_id", "state", *("logical_date", "execution_date", "data_interval_start"))
    ),
}
WHOLE = frozenset({"run_id", "exception", "reason", *DATES})


@dataclass(frozen=True)
class Hook:
    """One callback that moves along. `call`: the function of the runtime; `text`: the callback; `names` in it."""

    call: str
    text: str
    names: tuple[str, ...]
    dated: bool

    @property
    def imports(self) -> str:
        """The line that the call needs."""
        return f"from ..runtime.callbacks import {self.call}"


def of_task(task: Task, source: Source) -> tuple[tuple[Hook, ...], tuple[Problem, ...]]:
    """The hooks of a step, and what is told of callbacks."""
    found: list[Hook] = []
    notes: list[Problem] = []
    for argument, call in OF_TASKS.items():
        about = task.task_id if argument in task.own else None
        made, why = _read(task.args.get(argument), call, source, of_dag=False)
        found += made
        notes += [Problem("EN042", f"`{argument}` is not carried over: {w}", None, about) for w in why]
        if made:
            notes.append(Problem("EN048", f"`{argument}` is a hook of the step", None, about))
    return tuple(found), tuple(notes)


def of_dag(dag: Dag, source: Source) -> tuple[tuple[Hook, ...], tuple[Problem, ...]]:
    """The sensors of a DAG, and what is told of its callbacks."""
    found: list[Hook] = []
    notes: list[Problem] = []
    for argument, call in OF_DAGS.items():
        made, why = _read(dag.args.get(argument), call, source, of_dag=True)
        found += made
        notes += [Problem("EN042", f"the DAG's `{argument}` is not carried over: {w}") for w in why]
        if made:
            notes.append(Problem("EN048", f"the DAG's `{argument}` is a sensor: the Dagster daemon must run"))
    return tuple(found), tuple(notes)


def _read(value: Value | None, call: str, source: Source, *, of_dag: bool) -> tuple[list[Hook], list[str]]:
    hooks, why = [], []
    for one in _items(value):
        made = _hook(one, call, source, of_dag=of_dag)
        if isinstance(made, Hook):
            hooks.append(made)
        else:
            why.append(made)
    return hooks, why


def _items(value: Value | None) -> Iterable[Value]:
    if value is None or (isinstance(value, Literal) and not value.value):
        return ()
    return value.items if isinstance(value, Sequence) else (value,)


def _hook(value: Value, call: str, source: Source, *, of_dag: bool) -> Hook | str:
    """The hook for one callback, or why there is none."""
    found = _callable(value, source)
    if isinstance(found, str):
        return found
    text, function, parameter, other = found
    tree = ast.parse(text, mode="eval")
    own = set(names_bound(tree))  # of a lambda
    names = tuple(dict.fromkeys(name for name in names_read(tree) if name not in own))
    if airflow := airflow_in(names, source):
        return f"it uses `{airflow}` of Airflow"
    what = asked(function, parameter, other)
    if what.why or (missing := _missing(what, of_dag=of_dag)):
        return what.why or f"it reads {missing}"
    return Hook(call, text, names, bool(DATES & what.parts.keys()) or "dag_run" in what.parts)


def _missing(what: Asked, *, of_dag: bool) -> str | None:
    """Something that the callback reads and nothing can give."""
    for key, parts in sorted(what.parts.items()):
        if key in WHOLE:
            continue
        known = GIVEN.get(key, frozenset()) if not (of_dag and key == "task") else frozenset()
        known |= OF_TRIES if key in TASK_INSTANCE and not of_dag else frozenset()
        if unknown := sorted(parts - known):
            return f"`{key}` as a whole" if unknown[0] == "" else f"`{key}.{unknown[0]}`"
        if not parts and key not in GIVEN:
            return f"`{key}`"
    return None


Found = tuple[str, ast.FunctionDef | ast.Lambda, str, Source]  # the last: the file that the function is of


def _callable(value: Value, source: Source) -> Found | str:
    """The text of a callback, its function, and the parameter that gets the context."""
    functions = module_functions(source)
    if isinstance(value, Function):
        at_line = source.functions.get(value.line or 0)
        if isinstance(at_line, ast.Lambda) and not value.qualified and not value.name.isidentifier():
            return _with_parameter(f"({source.segment(at_line)})", at_line, frozenset(), source)
        function = functions.get(value.name)
        if function is None or value.qualified:
            return _imported(value, source)
        return _with_parameter(value.name, function, frozenset(), source)
    if not isinstance(value, Code):
        return "it is not known"
    try:
        node = ast.parse(value.source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return "it is not known"
    if isinstance(node, ast.Lambda):
        return _with_parameter(f"({value.source.strip()})", node, frozenset(), source)
    if isinstance(node, ast.Call) and source.qualified(node.func) == "functools.partial":
        first = node.args[0] if len(node.args) == 1 else None
        function = functions.get(first.id) if isinstance(first, ast.Name) else None
        if function is not None:
            given = frozenset(k.arg or "" for k in node.keywords)
            return _with_parameter(value.source.strip(), function, given, source)
    return f"`{value.source.strip()[:60]}` is not a function of the file"


def _imported(value: Function, source: Source) -> Found | str:
    """A function of another module of the repository, by the name that the file imports."""
    other = source.elsewhere(value.file) if value.file else None
    function = source.beside(value)
    module = value.qualified or f"{PurePosixPath(value.file or '').stem}.{value.name}"
    name = next((n for n, q in sorted(source.imports.items()) if q == module), value.name)
    if name in source.stays:
        return f"it uses `{name}` of {source.stays[name]}"
    if other is None or name not in source.imports or not isinstance(function, ast.FunctionDef):
        return f"`{value.name}` is not a function of the file"
    return _with_parameter(name, function, frozenset(), other)


def _with_parameter(
    text: str, function: ast.FunctionDef | ast.Lambda, given: frozenset[str], source: Source
) -> Found | str:
    names = [p.arg for p in [*function.args.posonlyargs, *function.args.args] if p.arg not in given]
    if not names or function.args.vararg or "" in given:
        return "which of its parameters gets the context is not clear"
    return text, function, names[0], source
