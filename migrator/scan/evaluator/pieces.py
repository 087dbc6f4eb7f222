"""Texts of which only pieces are known: each piece that is not has an expression that gives it where the DAG runs."""

import ast
import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import replace

from migrator.scan.evaluator.paths import FilePath
from migrator.scan.evaluator.text import as_text
from migrator.scan.evaluator.values import Call, Opaque, Place, Scope

TAGS = ("{{", "{%", "{#")
SLOT_BY_NAME = re.compile(r"%\((\w+)\)s")
MOST = 100  # pieces of one text


def placed(value: object, node: ast.AST, scope: Scope) -> object:
    """The value; one that is not known, or a path, with the expression of a node of the module."""
    if not isinstance(value, (Opaque, FilePath)) or scope.parent is not None or scope.is_class:
        return value
    if isinstance(value, Opaque) and (value.at or value.pieces or value.of or value.rest):
        return value
    source = scope.module.source
    at = Place(source.path, source.segment(node))
    if isinstance(value, Opaque):
        return replace(value, at=at)
    return Opaque("a path that is only known where the DAG runs", at.expression, at=at)


def sum_of(left: object, right: object) -> tuple[object, ...]:
    """Of `left + right`, where one side says that it is a text."""
    texts = [
        side for side in (left, right) if isinstance(side, str) or (isinstance(side, Opaque) and side.pieces)
    ]
    return pieces_of([left, right]) if texts else ()


def filled(text: str, values: object) -> tuple[object, ...]:
    """Of `text % values`, where that only puts texts in."""
    given = values if isinstance(values, tuple) else (values,)
    if isinstance(values, dict):
        parts, names = SLOT_BY_NAME.split(text), SLOT_BY_NAME.findall(text)
        known = [parts[2 * n] for n in range(len(names) + 1)]
        given = tuple(values.get(name) for name in names) if all(n in values for n in names) else ()
    else:
        known = text.split("%s")
    if len(known) != len(given) + 1 or any("%" in part.replace("%%", "") for part in known):
        return ()
    return _between([part.replace("%%", "%") for part in known], given)


def formatted_with(text: str, call: Call) -> tuple[object, ...]:
    """Of `text.format(...)`, where that only puts texts in."""
    known, given = [""], []
    position = 0
    try:
        for before, name, spec, conversion in string.Formatter().parse(text):
            known[-1] += before
            if name is None:
                continue
            if spec or conversion or not (name.isidentifier() or name.isdigit() or not name):
                return ()
            at = int(name) if name.isdigit() else position
            position += not name
            given.append(call.kwargs[name] if name and not name.isdigit() else call.args[at])
            known.append("")
    except (ValueError, LookupError):
        return ()
    return _between(known, given)


def joined(text: str, values: Sequence[object]) -> tuple[object, ...]:
    """Of `text.join(values)`."""
    return _between(["", *[text] * (len(values) - 1), ""], values) if values else ()


def _between(known: Sequence[str], given: Sequence[object]) -> tuple[object, ...]:
    """The known texts, with a value after each but the last."""
    pairs = [each for pair in zip(known, given, strict=False) for each in pair]
    return pieces_of([*pairs, known[-1]])


def named(value: object, name: str, scope: Scope) -> object:
    """The value that a module gives a name."""
    if not isinstance(value, Opaque) or type(value) is not Opaque or value.at or value.rest:
        return value
    if scope.parent is not None or scope.is_class:
        return value
    return replace(value, at=Place(scope.module.source.path, name))


def pieces_of(values: Iterable[object]) -> tuple[object, ...]:
    """The pieces of a text that is made of these; none where one has no expression, or all are known."""
    found: list[object] = []
    for value in values:
        if isinstance(value, Opaque):
            if value.at and not (value.pieces and _has_tags(value)):
                found.append(value)
            elif value.pieces:
                found += value.pieces
            else:
                return ()
        elif (text := as_text(value)) is not None:
            found.append(text)
        else:
            return ()
    return tuple(found) if len(found) <= MOST and any(isinstance(f, Opaque) for f in found) else ()


def _has_tags(value: Opaque) -> bool:
    """Whether a text is a template: its own expression would give it as it was written."""
    known = "".join(piece for piece in value.pieces if isinstance(piece, str))
    return any(tag in known for tag in TAGS)
