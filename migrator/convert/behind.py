"""Definitions of a DAG file that need Airflow: helper functions, classes and constants that stay behind with it.

A task that uses one cannot be native, and then nothing in the new module needs the definition. Annotations and
the decorators of tasks do not count: neither is kept.
"""

import ast
from collections.abc import Iterator

from migrator.convert.own_text import gone_parts
from migrator.convert.replaced import replaced
from migrator.convert.source import Source
from migrator.convert.stand_ins import stand_in
from migrator.scan.tree import children

Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def left_behind(source: Source) -> dict[str, str]:
    """By name: what of Airflow a definition of the module itself uses, maybe through another definition."""
    reads = {name: set(_names(source, node)) for name, node in _definitions(source)}
    direct = {
        name: source.why_airflow(used[0])[1].removeprefix("uses ")
        for name, names in reads.items()
        if (used := sorted(n for n in names if source.from_airflow(n) and replaced(n, source) is None))
    }
    found = dict(direct)
    waiting = list(direct)
    while waiting:
        below = waiting.pop()
        for name, names in reads.items():
            if below in names and name not in found:
                found[name] = found[below]
                waiting.append(name)
    return found


def _definitions(source: Source) -> Iterator[tuple[str, ast.AST]]:
    """Functions, classes and constants of the module and of its DAGs; not what makes the DAGs and their tasks."""
    waiting = list(source.tree.body)
    for statement in waiting:  # it grows meanwhile
        if isinstance(statement, Defined):
            yield statement.name, statement
        elif isinstance(statement, ast.Assign) and not isinstance(statement.value, ast.Call):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, statement.value
        if isinstance(statement, ast.With) or (
            isinstance(statement, ast.FunctionDef) and _makes(source, statement)
        ):
            waiting += statement.body


def _makes(source: Source, function: ast.FunctionDef) -> bool:
    """Whether it is the function of a DAG, or of a group."""
    return any(name.rpartition(".")[2] in ("dag", "task_group") for name in source.decorators(function))


def _names(source: Source, node: ast.AST) -> Iterator[str]:
    """The names that a definition needs when it works."""
    waiting = [node]
    for one in waiting:  # it grows meanwhile
        waiting += _parts(source, one)
        if isinstance(one, ast.Name) and not stand_in(source, one):
            yield one.id


def _parts(source: Source, node: ast.AST) -> list[ast.AST]:
    """What of a piece of code counts."""
    parts = children(node)
    if isinstance(node, (ast.Call, ast.Attribute)):
        if stand_in(source, node):
            return [part for part in parts if isinstance(node, ast.Call) and part is not node.func]
    elif isinstance(node, ast.ClassDef):
        left = {id(part) for part in gone_parts(source, node)}
        worn = [d for s in node.body if isinstance(s, ast.FunctionDef) for d in s.decorator_list]
        return [part for part in [*parts, *worn] if id(part) not in left]
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        left_out = {id(part) for part in (*node.decorator_list, node.returns) if part}
        return [part for part in parts if id(part) not in left_out]
    elif isinstance(node, ast.arg):
        return []
    elif isinstance(node, ast.AnnAssign):
        return [part for part in parts if part is not node.annotation]
    return parts
