"""Texts: f-strings, `%`, `format` and `str()`, each within bounds."""

import ast
import re

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Opaque, Scope, Thing

STAR = re.compile(r"%[-+ #0]*\*|%[^%a-zA-Z]*\.\*")  # a width that is an argument
WIDTH = re.compile(r"\d{5,}")  # no text is padded to ten thousand characters in good faith


def as_text(value: object) -> str | None:
    """`str(value)`, or None when it is not known."""
    if isinstance(value, Thing):
        return value.text()
    if isinstance(value, range | slice) or not bounds.known(value):
        return None
    try:
        return str(value)
    except ValueError:  # an integer of too many digits
        return None


def formatted(run: Interpreter, node: ast.FormattedValue, scope: Scope) -> str | Opaque | None:
    """One `{...}` of an f-string."""
    value = run.evaluate(node.value, scope)
    if isinstance(value, Opaque):
        return value
    spec = run.evaluate(node.format_spec, scope) if node.format_spec is not None else ""
    if node.conversion in (114, 97):  # !r, !a
        value = repr(value) if bounds.known(value) else None
        if value is None:
            return None
    return format_one(value, spec)


def format_one(value: object, spec: object) -> str | None:
    """`format(value, spec)`."""
    if not isinstance(spec, str) or WIDTH.search(spec):
        return None
    if isinstance(value, Thing) or spec == "":
        return as_text(value)
    try:
        return format(value, spec) if bounds.known(value) else None
    except (ValueError, TypeError):
        return None


def percent(text: str, values: object) -> str | None:
    """`text % values`."""
    if WIDTH.search(text) or STAR.search(text):
        return None
    plain = _plain(values)
    if plain is None:
        return None
    try:
        return text % plain[0]
    except (ValueError, TypeError, KeyError):
        return None


def format_call(text: str, args: list[object], kwargs: dict[str, object]) -> str | None:
    """`text.format(*args, **kwargs)`. Attributes and items in the fields are left alone."""
    if WIDTH.search(text) or re.search(r"\{[^{}]*[.\[][^{}]*\}", text):
        return None
    plain = _plain((tuple(args), kwargs))
    if plain is None:
        return None
    values = plain[0]
    try:
        return text.format(*values[0], **values[1])  # type: ignore[index]  # the pair of the line above
    except (ValueError, TypeError, KeyError, IndexError):
        return None


def _plain(value: object, depth: int = 0) -> tuple[object] | None:
    """The value with its things as their texts, in a box; None when a part of it is not known."""
    if isinstance(value, Thing):
        text = value.text()
        return None if text is None else (text,)
    if isinstance(value, tuple) and depth < 2:
        parts = [_plain(v, depth + 1) for v in value]
        return None if any(p is None for p in parts) else (tuple(p[0] for p in parts if p is not None),)
    if isinstance(value, dict) and depth < 2:
        pairs = {k: _plain(v, depth + 1) for k, v in value.items()}
        if any(p is None for p in pairs.values()):
            return None
        return ({k: p[0] for k, p in pairs.items() if p is not None},)
    return (value,) if bounds.known(value) else None
