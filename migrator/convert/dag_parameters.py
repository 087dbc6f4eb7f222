"""Parameters of a `@dag` function: each is a param of the DAG, and stands for what a run has of that."""

import ast
import re
from collections.abc import Mapping

from migrator.convert.source import Source, defaults
from migrator.ir import Code, Literal, Value
from migrator.scan.tree import walk

OF_DAG = re.compile(r"parameter (\w+) of the DAG is not a constant$")  # as the reader of DAGs says it


def parameters(function: ast.FunctionDef, source: Source) -> Mapping[str, Value]:
    """Their names, with the value that a run has of each without being told another."""
    arguments = function.args
    names = [p.arg for p in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    given: dict[str, ast.expr] = defaults(function)
    for call in _calls(function.name, source):
        given |= dict(zip(names, call.args, strict=False))
        given |= {k.arg: k.value for k in call.keywords if k.arg in names}
    return {name: _value(given[name], source) if name in given else Literal(None) for name in names}


def parameter_of(value: Code) -> str | None:
    """The parameter that an argument of a task is."""
    found = OF_DAG.match(value.why)
    return found[1] if found else None


def _calls(name: str, source: Source) -> list[ast.Call]:
    return [n for n in walk(source.tree) if isinstance(n, ast.Call) and source.qualified(n.func) == name]


def _value(node: ast.expr, source: Source) -> Value:
    try:
        return Literal(ast.literal_eval(node))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return Code(source.segment(node), "it is not a constant")
