"""What the methods of a user's operator ask of the context, and the dict with exactly that for its step."""

import ast
import copy
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from migrator.convert.asked import DEPTH, Asked, ContextReader
from migrator.convert.own_class import Link, Method, OwnClass, own_name
from migrator.convert.own_init import is_super
from migrator.convert.reader import Reader
from migrator.scan.tree import on_node, walk


class Methods(ContextReader):
    """Follows the context through the methods of a class, and the functions beside it."""

    def __init__(self, of: OwnClass, found: Asked) -> None:
        super().__init__(of.links[0].source, found)
        self.of, self.link = of, of.links[0]
        self.current: ast.FunctionDef | ast.Lambda | None = None

    def method(self, link: Link, method: Method, parameter: str, depth: int = DEPTH) -> None:
        """A method of a class."""
        before = self.link, self.source
        self.link, self.source = link, link.source
        self.function(method, parameter, depth)
        self.link, self.source = before

    def function(self, function: ast.FunctionDef | ast.Lambda, parameter: str, depth: int) -> None:
        found = self._of_class(function)
        before = self.current, self.link, self.source
        if found is not None:
            self.link, self.source = found, found.source
        self.current = function
        super().function(function, parameter, depth)
        self.current, self.link, self.source = before

    def _of_class(self, function: ast.AST) -> Link | None:
        return next((link for link, one in self.of.defined if one is function), None)

    def helper(self, call: ast.Call) -> ast.FunctionDef | None:
        """A method of the object, of the classes above, or a function of the module."""
        func = call.func
        if isinstance(func, ast.Attribute) and isinstance(self.current, ast.FunctionDef):
            own = self._of_class(self.current) and own_name(self.current)
            if isinstance(func.value, ast.Name) and func.value.id == own:
                return _node(self.of.method(func.attr))
            if is_super(call, func.attr):
                return _node(self.of.method(func.attr, self.link))
        return super().helper(call)

    def parameters(self, helper: ast.FunctionDef) -> list[str]:
        names = super().parameters(helper)
        return names[1:] if self._of_class(helper) and own_name(helper) else names


def _node(found: tuple[Link, Method] | None) -> Method | None:
    return found[1] if found else None


def asked_by(of: OwnClass, name: str, known: Mapping[str, object]) -> Asked:
    """What a method that gets the context asks of it. `known`: attributes of the object that are constants."""
    found = _asked_by(of, name)
    calls = {key: [settled(c, known) for c in calls] for key, calls in found.calls.items()}
    return replace(found, calls=calls)


@lru_cache(maxsize=16)
def _asked_by(of: OwnClass, name: str) -> Asked:
    found = Asked()
    begun = of.method(name)
    assert begun is not None
    parameters = Methods(of, found).parameters(begun[1])
    if len(parameters) != 1:
        found.why = f"`{name}` takes more than the context"
        return found
    Methods(of, found).method(*begun, parameters[0])
    _as_one(found)
    return found


def _as_one(found: Asked) -> None:
    """`context["ti"]` and `context["task_instance"]` are the same."""
    if "task_instance" not in found.parts or "ti" not in found.parts:
        return
    found.parts["ti"] |= found.parts.pop("task_instance")
    for (key, method), calls in list(found.calls.items()):
        if key == "task_instance":
            found.calls.setdefault(("ti", method), []).extend(calls)
            del found.calls[key, method]
    found.both = True


class _Settled(ast.NodeTransformer):
    """Attributes of the object that are constants, and texts that are put together from such."""

    def __init__(self, known: Mapping[str, object]) -> None:
        self.known = known

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in self.known:
            return ast.parse(repr(self.known[node.attr]), mode="eval").body
        return self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        self.generic_visit(node)
        parts = [_text_of(part) for part in node.values]
        return node if None in parts else ast.Constant("".join(p for p in parts if p))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        parts = [_text_of(node.left), _text_of(node.right)]
        whole = isinstance(node.op, ast.Add) and None not in parts
        return ast.Constant("".join(p for p in parts if p)) if whole else node


def _text_of(node: ast.expr) -> str | None:
    if isinstance(node, ast.FormattedValue):
        plain = node.conversion == -1 and node.format_spec is None
        return _text_of(node.value) if plain else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def settled(call: ast.Call, known: Mapping[str, object]) -> ast.Call:
    """A call with these constants in it."""
    found = _Settled(known).visit(copy.deepcopy(call))
    assert isinstance(found, ast.Call)
    return found


class OwnBody(Reader):
    """The new body of a step that makes an object and calls a method of it."""

    def context_of(self, what: Asked, node: ast.AST) -> str | None:
        """The dict that a method is called with; None after a problem was noted."""
        if what.why:
            self.refuse("DP041", what.why, node)
            return None
        found = {key: self._value(key, what, node) for key in sorted(what.parts)}
        if None in found.values():
            return None
        if what.both:
            found["task_instance"] = found["ti"]
        return "{" + ", ".join(f"{key!r}: {text}" for key, text in found.items()) + "}"


@on_node
def reads(method: Method) -> set[str]:
    """The attributes of the object that a method reads, and "" where it hands the object on as a whole."""
    name = own_name(method)
    attributes = {id(n.value): n.attr for n in walk(method) if isinstance(n, ast.Attribute)}
    named = [n for n in walk(method) if isinstance(n, ast.Name) and n.id == name and name]
    harmless = {id(a) for n in walk(method) if isinstance(n, ast.Call) and _asks_for_type(n) for a in n.args}
    return {attributes.get(id(n), "") for n in named if id(n) not in harmless}


def _asks_for_type(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in ("type", "super", "isinstance", "repr", "str")
