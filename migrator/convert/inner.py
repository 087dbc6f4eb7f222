"""A function that is defined where tasks are made, and that its step calls: it is defined inside of the step."""

import ast
import textwrap

from migrator.convert.source import Source


def definition(function: ast.FunctionDef, source: Source) -> str | None:
    """Its text without decorators, as one piece for the body of a step; None where moving it would change a text."""
    if _spans_lines(function):
        return None
    first = source.span(function)
    lines = [source.before(first) + text for text in source.segment(function).splitlines()[:1]]
    lines += source.segment(function).splitlines()[1:]
    head, *rest = textwrap.dedent("\n".join(lines)).splitlines()
    return "\n".join([head, *(f"    {line}" if line else "" for line in rest)])


def _spans_lines(function: ast.FunctionDef) -> bool:
    """Whether a text that is no docstring holds the indentation of its lines."""
    documents = {id(node.value) for node in ast.walk(function) if isinstance(node, ast.Expr)}
    texts = (n for n in ast.walk(function) if isinstance(n, (ast.Constant, ast.JoinedStr)))
    return any(n.end_lineno != n.lineno for n in texts if id(n) not in documents)
