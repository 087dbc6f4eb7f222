"""Connections that users' own operators take when a task names none: `def __init__(self, conn_id="warehouse")`."""

import ast
from collections.abc import Iterator
from itertools import zip_longest

from migrator.inventory.model import Need
from migrator.inventory.needs.connections import ENDING
from migrator.inventory.sources import Sources, find_module
from migrator.ir import Dag

KIND = "default_connections"
DEEPEST = 10  # classes and imports on the way to one


def in_dag(dag: Dag, sources: Sources) -> Iterator[Need]:
    """Those of its operators that are classes of the folder."""
    seen = set()
    for task in dag.tasks:
        given = frozenset(name for name in task.args if name.endswith(ENDING))
        if task.operator.startswith("airflow.") or (task.operator, given) in seen:
            continue
        seen.add((task.operator, given))
        module, _, name = task.operator.rpartition(".")
        near = dag.origin.file
        own = near.removesuffix(".py").replace("/", ".").endswith(module)
        path = near if own else find_module(sources, module, near)
        if path is not None:
            yield from (Need(KIND, text) for text in _of_class(sources, path, name, given, DEEPEST))


def _of_class(sources: Sources, path: str, name: str, given: frozenset[str], depth: int) -> Iterator[str]:
    """Of the class's `__init__`, and of its bases' where that hands on what it does not know itself."""
    tree = sources.tree(path) if path.endswith(".py") and depth else None
    found = _defined(tree, name) if tree is not None else None
    if isinstance(found, ast.ImportFrom):
        alias = next(a for a in found.names if (a.asname or a.name) == name)
        there = find_module(sources, "." * found.level + (found.module or ""), path)
        if there is not None:
            yield from _of_class(sources, there, alias.name, given, depth - 1)
    if tree is None or not isinstance(found, ast.ClassDef):
        return
    init = next((n for n in found.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    if init is not None:
        yield from (
            text for name, node in _parameters(init) if name not in given for text in _text(tree, node)
        )
        given |= {name for name, _ in _parameters(init)} | _handed_on(init)
    if init is None or init.args.kwarg is not None:
        for base in found.bases:
            if isinstance(base, ast.Name):
                yield from _of_class(sources, path, base.id, given, depth - 1)


def _defined(tree: ast.Module, name: str) -> ast.ClassDef | ast.ImportFrom | None:
    """The statement at the top of a file that a name comes from."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
        if isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == name for a in node.names):
            return node
    return None


def _parameters(init: ast.FunctionDef) -> Iterator[tuple[str, ast.expr | None]]:
    """Those that hold the id of a connection, with their defaults."""
    positional = [*init.args.posonlyargs, *init.args.args]
    pairs = [
        *zip_longest(reversed(positional), reversed(init.args.defaults)),
        *zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True),
    ]
    return ((arg.arg, default) for arg, default in pairs if arg.arg.endswith(ENDING))


def _handed_on(init: ast.FunctionDef) -> set[str]:
    calls = (node for node in ast.walk(init) if isinstance(node, ast.Call))
    return {k.arg for call in calls for k in call.keywords if k.arg and k.arg.endswith(ENDING)}


def _text(tree: ast.Module, node: ast.expr | None) -> Iterator[str]:
    """A constant, or one that the file has under this name."""
    if isinstance(node, ast.Name):
        names = [n for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == node.id]
        node = names[-1].value if names else None
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
