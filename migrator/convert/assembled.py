"""Texts that are put together where the DAG is made, of pieces of which some are only known where it runs.

Airflow renders what comes of it, so the known pieces may hold a template: that is translated with names in the place
of the others. A text of which not even the pieces are known must hold none.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.convert.context import CONTEXT_NAMES, Expression
from migrator.convert.source import names_bound, names_read
from migrator.convert.stand_ins import stand_in
from migrator.ir import Code, Literal
from migrator.scan.tree import walk

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

TAGS = {"{{": "}}", "{%": "%}", "{#": "#}"}
OBJECTS = CONTEXT_NAMES | {
    "macros",
    "var",
    "conn",
    "dag",
    "task",
    "range",
    "dict",
    "lipsum",
    "cycler",
    "joiner",
}


def is_template(value: Code) -> bool:
    """Whether the known pieces hold a part of a template."""
    return any(tag in known_text(value) for tag in TAGS)


def known_text(value: Code) -> str:
    """The known pieces, one after the other."""
    return "".join(str(piece.value) for piece in value.pieces if isinstance(piece, Literal))


def as_written(value: Code, node: ast.expr | None, scope: "Scope") -> bool:
    """Whether the expression of the DAG file does, as Airflow would find nothing to render in what it gives."""
    if not value.pieces:
        return not may_be_template(node, value, scope)
    same = node is not None and not scope.bound_again(node) and not scope.ground.away(node)
    return same and not is_template(value) and not scope.is_rendered(known_text(value))


def text(value: Code, scope: "Scope", node: ast.expr | None) -> str | None:
    """The expression for it; None after a problem was noted."""
    if not value.pieces:
        return scope.refuse("DP075", f"`{value.source.splitlines()[0]}` may be a template", node)
    found = template(value, scope)
    return scope.rendered(*found) if found else None


def template(value: Code, scope: "Scope") -> tuple[str, dict[str, Expression]] | None:
    """The text with a slot for each piece that is not known, and what goes in; None after a problem was noted."""
    text, slots = "", dict[str, Expression]()
    for piece in value.pieces:
        if isinstance(piece, Literal):
            text += str(piece.value)
        elif _inside_tag(text):
            scope.refuse("DP075", f"`{piece.source}` is a part of the template itself")
            return None
        elif (found := _expression(piece, scope)) is None:
            return None
        else:
            name = _slot(found.text, slots)
            slots[name] = found
            text += "{{ " + name + " }}"
    return text, slots


def _slot(text: str, slots: dict[str, Expression]) -> str:
    """The name of a piece in the template: its own, if it has one that means nothing else there."""
    for name, other in slots.items():
        if other.text == text:
            return name
    if text.isidentifier() and text not in OBJECTS:
        return text
    return f"piece_{len(slots) + 1}"


def _inside_tag(text: str) -> bool:
    """Whether a tag has begun that has not ended."""
    last = max(TAGS, key=text.rfind)
    at = text.rfind(last)
    return at >= 0 and TAGS[last] not in text[at:]


# ---------------------------------------------------------------------- what is not known
def _expression(piece: Code, scope: "Scope") -> Expression | None:
    """What gives it in the new module."""
    if piece.file != scope.dag.origin.file:
        return _of_module(piece, scope)
    node = ast.parse(piece.source, mode="eval").body
    if found := _of_airflow(piece.source, scope):
        return found
    for name in sorted(set(names_read(node)) - set(names_bound(node))):
        if why := _why_not(name, scope):
            scope.refuse(*why)
            return None
    return Expression(_named(node, scope) or ast.unparse(node))


def _named(node: ast.expr, scope: "Scope") -> str | None:
    """The name that the file gives to what an expression gives, if it is still there in the new module."""
    if isinstance(node, (ast.Name, ast.Constant)):
        return None
    same = (
        statement.targets[0].id
        for statement in scope.source.tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and ast.dump(statement.value) == ast.dump(node)
    )
    return next((name for name in same if _why_not(name, scope) is None and scope.ground.stays(name)), None)


def _why_not(name: str, scope: "Scope") -> tuple[str, str] | None:
    """Code and text of what stands against a name in the new module."""
    source, ground = scope.source, scope.ground
    if source.from_airflow(name):
        return source.why_airflow(name)
    if name in source.imports:
        return None
    if source.bindings()[name] > 1:
        return "DP053", f"`{name}` is assigned more than once in the file"
    if ground.in_module(name) and not ground.stays(name):
        return "SC053", f"`{name}` is set where tasks are made, and its value cannot be written down"
    return None


def _of_airflow(text: str, scope: "Scope") -> Expression | None:
    """`Variable.get("x")`."""
    same = (n for n in walk(scope.source.tree) if isinstance(n, ast.Call) and scope.source.segment(n) == text)
    found = next((found for node in same if (found := stand_in(scope.source, node))), None)
    return replace(found, text=ast.unparse(ast.parse(found.text))) if found else None  # with single quotes


def _of_module(piece: Code, scope: "Scope") -> Expression | None:
    """A name of another module of the repository."""
    path, name = piece.file or "", piece.source
    if not (name.isidentifier() and scope.source.library(path)):
        scope.refuse("SC043", f"`{name}` of {path}, which cannot move")
        return None
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    meant = scope.source.imports.get(name)
    taken = scope.ground.in_module(name) and meant is None
    if taken or (meant is not None and not meant.endswith(f"{module.rpartition('.')[2]}.{name}")):
        scope.refuse("SC047", f"`{name}` of {path} is another thing in the file of the DAG")
        return None
    return Expression(name, imports=() if meant else (f"from ..lib.{module} import {name}",))


# ---------------------------------------------------------------------- what is not even known in pieces
def may_be_template(node: ast.expr | None, value: Code, scope: "Scope") -> bool:
    """Whether the code that gives a text holds a part of a template: it would have to be rendered."""
    start = node if node is not None else _parsed(value.source)
    return start is None or any(tag in text for text in _texts(start, scope) for tag in ("{{", "{%"))


def _parsed(text: str) -> ast.AST | None:
    try:
        return ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return None


def _texts(start: ast.AST, scope: "Scope") -> Iterator[str]:
    """The constants in an expression, and in all that it reads of its file; whole texts of other modules."""
    waiting, seen = [start], set[str]()
    while waiting:
        node = waiting.pop()
        yield from (n.value for n in walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
        for name in set(names_read(node)) - seen:
            seen.add(name)
            waiting += scope.source.setters.get(name, ())
            yield from scope.source.texts_behind(name)
