"""Annotations: which may stay where Dagster reads them, and which cannot be evaluated in the new module."""

import ast
import builtins
import re
from collections.abc import Iterator

from migrator.convert.source import Edit, Source, Span, names_bound, names_read

ARROW = re.compile(r"\s*->\s*$")  # before what a function returns, on the same line
SCALARS = frozenset({"bool", "bytes", "complex", "float", "int", "object", "str"})


def of_input(source: Source, wanted: ast.expr | None, declared: ast.expr | None) -> str | None:
    """The annotation of a parameter that gets an XCom, if it may stay.

    Airflow never looks at it, and Dagster checks every value by it: only a class that the other task declares too is
    certain enough. An int is not a float there, so numbers and texts lose theirs.
    """
    if not isinstance(wanted, (ast.Name, ast.Attribute)) or declared is None:
        return None
    base = declared.value if isinstance(declared, ast.Subscript) else declared
    name = source.qualified(wanted)
    if (
        name is None
        or name.startswith("airflow.")
        or name in SCALARS
        or source.qualified(base) != name
        or not _names_class(source, wanted)
    ):
        return None
    return source.segment(wanted)


def _names_class(source: Source, annotation: ast.expr) -> bool:
    """Not an alias, as `Rows = list[dict]`, of which Dagster would check each item."""
    aliases = {n for s in source.tree.body if isinstance(s, ast.Assign) for n in names_bound(s)}
    return _evaluates(source, annotation) and not aliases & set(names_read(annotation))


def postponed(source: Source) -> bool:
    """Whether the file has `from __future__ import annotations`, which Dagster's context does not go with."""
    return any(
        isinstance(s, ast.ImportFrom) and s.module == "__future__" and s.names[0].name == "annotations"
        for s in source.tree.body
    )


def edits_of(source: Source, statement: ast.stmt) -> list[Edit]:
    """For a statement that stays: annotations of Airflow go, and those that name what is not there yet get quotes."""
    found = without_airflow(source, statement)
    gone = of_airflow(source, statement)
    if not postponed(source):
        return found
    return found + [
        Edit(source.span(a), repr(source.segment(a)))
        for a in _evaluated(statement)
        if a not in gone and not isinstance(a, ast.Constant) and not _evaluates(source, a)
    ]


def without_airflow(source: Source, statement: ast.AST) -> list[Edit]:
    """Takes out the annotations that name something of Airflow."""
    gone = of_airflow(source, statement)
    return [edit for node in ast.walk(statement) for edit in _without(source, node, gone)]


def of_airflow(source: Source, statement: ast.AST) -> list[ast.expr]:
    """The annotations of parameters and results that name something of Airflow, and that can be taken out."""
    found = []
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = [
                *node.args.posonlyargs,
                *node.args.args,
                *node.args.kwonlyargs,
                node.args.vararg,
                node.args.kwarg,
            ]
            found += [a.annotation for a in given if a and a.annotation]
            if node.returns and ARROW.search(source.before(source.span(node.returns))):
                found.append(node.returns)
    return [a for a in found if any(source.from_airflow(name) for name in _names_of(a))]


def _names_of(annotation: ast.expr) -> set[str]:
    """The names in an annotation, also where it is a text."""
    texts = [
        n.value for n in ast.walk(annotation) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    return {*names_read(annotation), *(name for text in texts for name in re.findall(r"[A-Za-z_]\w*", text))}


def _without(source: Source, node: ast.AST, gone: list[ast.expr]) -> Iterator[Edit]:
    """A parameter, or a function's result, without its annotation."""
    if isinstance(node, ast.arg) and node.annotation in gone:
        yield Edit(source.span(node), node.arg)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns and node.returns in gone:
        span = source.span(node.returns)
        arrow = ARROW.search(source.before(span))
        assert arrow is not None  # as of_airflow has it
        yield Edit(Span(span.line, arrow.start(), span.end_line, span.end_column), "")


def _evaluated(statement: ast.stmt) -> Iterator[ast.expr]:
    """The annotations that Python evaluates when it comes to them."""
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.returns:
                yield node.returns
        elif isinstance(node, ast.arg) and node.annotation:
            yield node.annotation
        elif isinstance(node, ast.ClassDef):
            yield from (s.annotation for s in node.body if isinstance(s, ast.AnnAssign))
    if isinstance(statement, ast.AnnAssign):
        yield statement.annotation


def _evaluates(source: Source, annotation: ast.expr) -> bool:
    """Whether all its names are bound by then."""
    bound = set(dir(builtins))
    for statement in source.tree.body:
        if statement.lineno < annotation.lineno and isinstance(
            statement, (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.Assign)
        ):
            own = [statement.name] if isinstance(statement, (ast.ClassDef, ast.FunctionDef)) else None
            if own is None or (statement.end_lineno or 0) < annotation.lineno:
                bound |= set(own or names_bound(statement))
    return set(names_read(annotation)) <= bound


def for_checkers(statement: ast.stmt, source: Source) -> bool:
    """`if TYPE_CHECKING: assert ti`: nothing that runs."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    return source.qualified(statement.test) == "typing.TYPE_CHECKING"
