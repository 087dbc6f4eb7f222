"""What a task's function is called with: a value for each parameter, and its expression where the call has one."""

import ast

from migrator.convert.context import reserved
from migrator.convert.problem import Problem
from migrator.convert.source import Definition
from migrator.convert.starts import Timing
from migrator.ir import Dictionary, Literal, Sequence, Task, Template, Value

Given = dict[str, tuple[Value, ast.expr | None]]


def of_taskflow(task: Task, call: ast.Call | None, function: Definition | None) -> Given | Problem:
    """By the names of the parameters of a `@task` function."""
    nodes: list[ast.expr | None] = [None] * len(task.positional)
    if call is not None and not any(isinstance(a, ast.Starred) for a in call.args):
        nodes = [*call.args, *nodes][: len(nodes)]
    named = _nodes(call)
    keywords = {name: (value, named.get(name)) for name, value in task.keywords.items()}
    return _match(task, function, list(zip(task.positional, nodes, strict=True)), keywords)


def _nodes(call: ast.Call | None) -> dict[str, ast.expr]:
    """The expressions of the keywords that a call spells out."""
    return {k.arg: k.value for k in call.keywords if k.arg} if call else {}


def of_operator(task: Task, call: ast.Call | None, function: Definition | None) -> Given | Problem:
    """By the names of the parameters of a `python_callable`."""
    nodes = _nodes(call)
    args, kwargs = (
        _items(task.args.get("op_args"), nodes.get("op_args")),
        _pairs(task.args.get("op_kwargs"), nodes.get("op_kwargs")),
    )
    if args is None or kwargs is None:
        return Problem("DP043", "op_args or op_kwargs could not be worked out", None, task.task_id)
    return _match(task, function, args, kwargs)


def refused_by_airflow(task: Task, function: Definition | None, timing: Timing) -> Problem | None:
    """Why Airflow fails the task for what it is called with."""
    clash = next((name for name in _by_place(task, function) if reserved(name, timing)), None)
    if clash is None:
        return None
    text = f"{clash!r} is given by its place, and is a name of the context: Airflow's task fails"
    return Problem("DP063", text, None, task.task_id)


def _by_place(task: Task, function: Definition | None) -> list[str]:
    """The parameters that get their value by its place."""
    count = len(task.positional) if task.taskflow else len(_items(task.args.get("op_args"), None) or ())
    if function is None:
        return []
    return [p.arg for p in [*function.args.posonlyargs, *function.args.args]][:count]


def _items(value: Value | None, node: ast.expr | None) -> list[tuple[Value, ast.expr | None]] | None:
    """The arguments in `op_args`, each with its own expression where the list is written out."""
    if value is None:
        return []
    nodes: list[ast.expr | None] = list(node.elts) if isinstance(node, (ast.List, ast.Tuple)) else []
    if isinstance(value, Sequence):
        items: list[Value] = list(value.items)
    elif isinstance(value, Literal) and isinstance(value.value, (list, tuple)):
        items = [_literal(v) for v in value.value]
    else:
        return [] if value == Literal(None) else None
    return list(zip(items, nodes if len(nodes) == len(items) else [None] * len(items), strict=True))


def _pairs(value: Value | None, node: ast.expr | None) -> Given | None:
    if value is None or value == Literal(None):
        return {}
    nodes: dict[str, ast.expr] = {}
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        nodes = {str(k.value): v for k, v in pairs if isinstance(k, ast.Constant)}
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        nodes = {k.arg: k.value for k in node.keywords if k.arg}
    if isinstance(value, Dictionary):
        return {name: (v, nodes.get(name)) for name, v in value.items.items()}
    if isinstance(value, Literal) and isinstance(value.value, dict):
        return {str(name): (_literal(v), nodes.get(str(name))) for name, v in value.value.items()}
    return None


def _literal(value: object) -> Value:
    return Template(value) if isinstance(value, str) and ("{{" in value or "{%" in value) else Literal(value)


def _match(
    task: Task, function: Definition | None, positional: list[tuple[Value, ast.expr | None]], keywords: Given
) -> Given | Problem:
    """Positional arguments by the names of the parameters."""
    if not positional:
        return dict(keywords)
    if function is None:
        return {**{f"*{i}": given for i, given in enumerate(positional)}, **keywords}
    names = [p.arg for p in [*function.args.posonlyargs, *function.args.args]]
    if len(positional) > len(names):
        return Problem("DP043", "more arguments than parameters", function.lineno, task.task_id)
    return {**dict(zip(names, positional, strict=False)), **keywords}
