"""The text of the users' own operator classes without Airflow: what of them goes, and what the parts that stay become.

class Load(BaseOperator):               class Load(Operator):
    template_fields = ("table",)   →
    ui_color = "#fff"
"""

import ast
from collections.abc import Iterator
from functools import lru_cache

from migrator.convert.bases import BASES, FAIL, LOGGING, METHODS, NO_OPS, SKIP, TOLD
from migrator.convert.context import Expression
from migrator.convert.source import Edit, Source, Span
from migrator.scan.tree import children, walk

OPERATOR = Expression("Operator", imports=("from ..runtime.operators import Operator",))
LOGGED = Expression("Logged", imports=("from ..runtime.operators import Logged",))
SKIPPED = Expression("Skip", imports=("from ..runtime.outcomes import Skip",))


def in_class(source: Source, node: ast.AST) -> Expression | None:
    """What stands for a piece of Airflow in an operator class: its base, and the errors that it ends with."""
    if not _with_bases(source):
        return None
    if id(node) in _bases(source) and isinstance(node, ast.expr):
        name = source.qualified(node)
        return OPERATOR if name in BASES else LOGGED if name in LOGGING else None
    if id(node) not in _raised(source):
        return None
    if isinstance(node, (ast.Name, ast.Attribute)):
        return SKIPPED if source.qualified(node) in SKIP else None
    if isinstance(node, ast.Call) and source.qualified(node.func) in FAIL:
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
            return None
        text = f"dg.Failure({source.segment(node.args[0])}, allow_retries=False)"
        return Expression(text, imports=("import dagster as dg",))
    return None


def operator_classes(source: Source) -> list[ast.ClassDef]:
    """The classes of a file that are made from Airflow's bases, as far as it alone tells."""
    return [node for node in _with_bases(source) if _is_operator(node, source)]


def _is_operator(node: ast.ClassDef, source: Source) -> bool:
    own = {s.name for s in node.body if isinstance(s, ast.FunctionDef)}
    made = any(source.qualified(base) in {*BASES, *LOGGING} for base in node.bases)
    return made or bool(own & METHODS)


@lru_cache(maxsize=8)
def _bases(source: Source) -> frozenset[int]:
    return frozenset(id(b) for node in operator_classes(source) for b in node.bases)


@lru_cache(maxsize=8)
def _raised(source: Source) -> frozenset[int]:
    """What operator classes raise: the call, or the class of the error."""
    found: set[int] = set()
    for node in operator_classes(source):
        for inner in walk(node):
            if isinstance(inner, ast.Raise) and inner.exc is not None:
                found.add(id(inner.exc))
                if isinstance(inner.exc, ast.Call):
                    found.add(id(inner.exc.func))
    return frozenset(found)


def skips(node: ast.AST, source: Source) -> bool:
    """Whether it raises what skips a task."""
    return any(isinstance(n, ast.expr) and in_class(source, n) == SKIPPED for n in walk(node))


def gone(source: Source, within: ast.AST) -> list[Edit]:
    """Takes out what tells Airflow something: attributes for its UI and its templates, decorators without an effect."""
    inside = {id(n) for n in walk(within)}
    classes = [c for c in _with_bases(source) if id(c) in inside]
    return [edit for node in classes for edit in _gone_of(node, source)]


def gone_parts(source: Source, within: ast.AST) -> list[ast.AST]:
    """The nodes of that text."""
    classes = _with_bases(source)
    if not classes:
        return []
    inside = {id(n) for n in walk(within)}
    found: list[ast.AST] = []
    for node in classes:
        if id(node) in inside:
            found += [part for s in _told(node, source) for part in walk(s)]
            found += [part for d in _no_ops(node, source) for part in walk(d)]
    return found


@lru_cache(maxsize=8)
def _with_bases(source: Source) -> tuple[ast.ClassDef, ...]:
    """All that may be operators: what they are made from may be in another file."""
    return tuple(node for node in walk(source.tree) if node.__class__ is ast.ClassDef and node.bases)


def _gone_of(node: ast.ClassDef, source: Source) -> Iterator[Edit]:
    told = _told(node, source)
    for statement in told:
        filler = "pass" if len(told) == len(node.body) and statement is told[-1] else ""
        yield _line(source, statement, filler)
    for decorator in _no_ops(node, source):
        yield _line(source, decorator, "")


def _line(source: Source, node: ast.stmt | ast.expr, filler: str) -> Edit:
    """A statement, or a decorator, with the line that it stands on."""
    span = source.span(node)
    after = source.after(span).strip()
    if filler or (after and not after.startswith("#")) or source.before(span).strip(" \t@"):
        return Edit(span, filler or "pass")
    return Edit(Span(span.line, 0, span.end_line + 1, 0), "")


def _told(node: ast.ClassDef, source: Source) -> list[ast.stmt]:
    """The assignments to these names in the body of a class, where nothing reads them."""
    found = [s for s in node.body if _assigns(s) in TOLD]
    read = {n.attr for n in _read_outside(source) if isinstance(n, ast.Attribute)}
    return [s for s in found if _assigns(s) not in read]


def _assigns(statement: ast.stmt) -> str:
    target: ast.expr | None = None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    return target.id if isinstance(target, ast.Name) else ""


def _read_outside(source: Source) -> Iterator[ast.AST]:
    """All of a file but for such assignments."""
    waiting = list(children(source.tree))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt) and _assigns(node) in TOLD:
            continue
        yield node
        waiting += children(node)


def _no_ops(node: ast.ClassDef, source: Source) -> list[ast.expr]:
    methods = [s for s in node.body if isinstance(s, ast.FunctionDef)]
    return [d for method in methods for d in method.decorator_list if source.qualified(d) in NO_OPS]
