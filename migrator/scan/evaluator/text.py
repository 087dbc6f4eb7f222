"""Texts: f-strings, `%`, `format` and `str()`, each within bounds."""

import ast
import re
import string

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.paths import FilePath
from migrator.scan.evaluator.values import Call, Opaque, Scope, Thing

STAR = re.compile(r"%[-+ #0]*\*|%[^%a-zA-Z]*\.\*")  # a width that is an argument
PARTS = re.compile(
    r"\{[^{}]*[.\[][^{}]*\}|\{[^{}]*:[^{}]*\{"
)  # a part of a value, or a width that is an argument
WIDTH = re.compile(r"\d{5,}")  # no text is padded to ten thousand characters in good faith


def as_text(value: object) -> str | None:
    """`str(value)`, or None when it is not known."""
    if isinstance(value, Thing):
        return value.text()
    if isinstance(value, (range, slice)) or not bounds.known(value):
        return None
    try:
        return str(value)
    except ValueError:  # an integer of too many digits
        return None


def formatted(run: Interpreter, node: ast.FormattedValue, scope: Scope) -> object:
    """One `{...}` of an f-string: its text, a path, or what is not known."""
    value = run.evaluate(node.value, scope)
    if isinstance(value, (Opaque, FilePath)):
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


def format_call(run: Interpreter, text: str, call: Call) -> str | None:
    """`text.format(*args, **kwargs)`, or None when it is not known."""
    if WIDTH.search(text) or call.unknown:
        return None
    try:
        if not PARTS.search(text):
            plain = _plain((tuple(call.args), call.kwargs))
            return None if plain is None else text.format(*plain[0][0], **plain[0][1])  # type: ignore[index]
        return Fields(run, call).format(text)
    except (ValueError, TypeError, KeyError, IndexError):
        return None


class Fields(string.Formatter):
    """`"{0[x]}_{1.day}".format(...)`: parts of the arguments are what the evaluator makes of them."""

    def __init__(self, run: Interpreter, call: Call) -> None:
        self.run, self.asked = run, call

    def format(self, text: str) -> str:  # type: ignore[override]  # the arguments are those of the call
        """The text, or ValueError where a part is not known."""
        return self.vformat(text, self.asked.args, self.asked.kwargs)

    def get_field(self, field_name: str, args: object, kwargs: object) -> tuple[object, str]:
        """The value of `name.part[key]`."""
        from migrator.scan.evaluator.expressions import item_of

        name, parts = re.match(r"[^.\[]*", field_name), re.findall(r"\.(\w+)|\[([^\]]*)\]", field_name)
        first = name.group() if name else ""
        value = self.get_value(int(first) if first.isdigit() else first, self.asked.args, self.asked.kwargs)
        for attribute, key in parts:
            if attribute:
                value = self.run.attribute(value, attribute, self.asked.site)
            else:
                value = item_of(self.run, value, int(key) if key.isdigit() else key, self.asked.site)
        return value, first

    def format_field(self, value: object, format_spec: str) -> str:
        """One value as text."""
        found = format_one(value, format_spec)
        if found is None:
            raise ValueError("a part of the text is not known")
        return found


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
