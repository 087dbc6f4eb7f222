"""Functions, classes and values of a DAG file that only work where Airflow is, and the steps that need one.

A helper that asks a hook cannot move. The tasks that call it stay in Airflow, and it with them.
"""

import ast
from collections.abc import Iterator

from migrator.convert.problem import Problem
from migrator.convert.replaced import replaced
from migrator.convert.source import Source, names_bound, names_in, names_read
from migrator.convert.step import Step
from migrator.convert.unused import free_names
from migrator.convert.variables import variable_read
from migrator.scan.tree import walk

DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Reasons = dict[str, tuple[str, str]]  # by name: code and text of a finding


def tainted(source: Source) -> Reasons:
    """The names of what only works where Airflow is, each with the reason."""
    read = {name: set(names_read(node)) for node in _definitions(source.tree.body) for name in _names(node)}
    found: Reasons = {}
    for node in _definitions(source.tree.body):
        if why := _of_airflow(node, source):
            found |= {name: why for name in _names(node) if name not in found}
    while new := {
        n: found[min(r & found.keys())] for n, r in read.items() if n not in found and r & found.keys()
    }:
        found |= new
    return found


def needs(step: Step, found: Reasons) -> list[Problem]:
    """Why a step cannot be native that would call something of this."""
    own = {given.name for given in step.body.inputs}
    own |= {name for line in step.body.lines for name in names_bound(ast.parse(line))}
    used = free_names(step) | {name for line in (*step.body.lines, *step.lines) for name in names_in(line)}
    return [
        Problem(code, f"needs `{name}`, which {text}", None, step.task.task_id)
        for name, (code, text) in sorted(found.items())
        if name in used - own
    ]


def _definitions(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Those of the module, and those where its tasks are made."""
    for node in body:
        if isinstance(node, (*DEFINED, ast.Assign, ast.AnnAssign)):
            yield node
        if isinstance(node, ast.With) or (isinstance(node, ast.FunctionDef) and node.decorator_list):
            yield from _definitions([inner for inner in node.body if isinstance(inner, DEFINED)])


def _names(node: ast.stmt) -> set[str]:
    return {node.name} if isinstance(node, DEFINED) else set(names_bound(node))


def _of_airflow(node: ast.stmt, source: Source) -> tuple[str, str] | None:
    """What it uses of Airflow, apart from what a conversion replaces."""
    replaced_parts: set[int] = set()
    for part in walk(node):
        if isinstance(part, DEFINED):
            replaced_parts |= {id(n) for decorator in part.decorator_list for n in walk(decorator)}
        if isinstance(part, ast.Call) and variable_read(source, part):
            replaced_parts |= {id(n) for n in walk(part.func)}
    for part in walk(node):
        if id(part) in replaced_parts:
            continue
        if isinstance(part, ast.Name) and source.from_airflow(part.id) and replaced(part.id, source) is None:
            return source.why_airflow(part.id)
        if isinstance(part, ast.ImportFrom) and (part.module or "").split(".")[0] == "airflow":
            return "OP041", f"imports {part.module}"
    return None
