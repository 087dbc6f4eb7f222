"""Decorators that only stand around a function: what it is called with goes in, and it keeps its name and signature.

Airflow reads the signature with `inspect.signature`, which follows `functools.wraps` down to the function itself. So a
task whose function has such decorators is called with what the function asks for.
"""

import ast

from migrator.scan.evaluator.values import UserFunction
from migrator.scan.tree import on_node, walk


def dress(value: object, original: UserFunction, before: object) -> None:
    """Note on what a decorator made of a function which function that is, where it is known to be called as before."""
    if not isinstance(value, UserFunction) or value is before or value.wraps is not before:
        return
    known = before is original or (isinstance(before, UserFunction) and before.dressed is original)
    if known and not isinstance(value.node, ast.Lambda) and passes_on(value.node):
        value.dressed = original


@on_node
def passes_on(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a wrapper takes all arguments, and does nothing with them but hand them on: `f(*args, **kwargs)`."""
    shape = node.args
    if shape.posonlyargs or shape.args or shape.kwonlyargs or not (shape.vararg and shape.kwarg):
        return False
    handed = {id(value) for call in walk(node) if isinstance(call, ast.Call) for value in _handed_on(call)}
    names = {shape.vararg.arg, shape.kwarg.arg}
    uses = [n for n in walk(node) if isinstance(n, ast.Name) and n.id in names]
    return bool(uses) and all(id(use) in handed for use in uses)


def _handed_on(call: ast.Call) -> list[ast.expr]:
    """The names in `*args` and `**kwargs` of a call, where there is nothing else."""
    stars = [a.value for a in call.args if isinstance(a, ast.Starred)]
    spread = [k.value for k in call.keywords if k.arg is None]
    if len(stars) != len(call.args) or len(spread) != len(call.keywords):
        return []
    return [*stars, *spread]
