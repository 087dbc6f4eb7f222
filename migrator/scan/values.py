"""What the evaluator knows of a value, in the words of the model."""

import ast
from collections.abc import Collection
from itertools import repeat

from migrator.ir import (
    Code,
    Dictionary,
    Function,
    Literal,
    Sequence,
    Template,
    Value,
    XCom,
)
from migrator.ir import values as ir
from migrator.record import dataclass
from migrator.scan.closure import closure_of
from migrator.scan.constructs.dataset import DatasetValue
from migrator.scan.constructs.operator import plain_text
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.classes import Member
from migrator.scan.evaluator.instances import Instance
from migrator.scan.evaluator.values import (
    Bound,
    External,
    GroupItem,
    Opaque,
    Partial,
    Site,
    UserClass,
    UserFunction,
)
from migrator.scan.world import Derived, XComRef

CALLABLE = ("callable", "callback", "_fn", "function", "_func")
TRIGGER_RULES = {"dummy": "always", "none_failed_or_skipped": "none_failed_min_one_success"}

CALLABLE = ("callable", "callback", "_fn", "function", "_func")


def function_of(value: object) -> Function | None:
    """A function that a task runs."""
    if isinstance(value, Bound):
        value = value.function
    if isinstance(value, UserFunction):
        value = value.dressed or value
        found = {name: _enclosed(inner, name) for name, inner in closure_of(value)}
        return Function(value.name, _dotted(value), value.source.path, value.node.lineno, found)
    return Function(value.last, value.name) if isinstance(value, External) else None


def bound_of(value: Bound | Partial | None, site: Site) -> ir.Bound | None:
    """A method or a partial function that a task runs; None where not all of it is known."""
    inner = value.function if value is not None else None
    function = function_of(inner) if isinstance(inner, UserFunction) else None
    if function is None:
        return None
    if isinstance(value, Partial):
        named = {k: _plain(value_of(v, k, None, site)) for k, v in value.kwargs.items()}
        return ir.Bound(
            function, args=tuple(_plain(value_of(v, "", None, site)) for v in value.args), keywords=named
        )
    owner = value.owner if isinstance(value, Bound) else None
    if not isinstance(owner, Instance) or owner.made is None:
        return ir.Bound(function, method=True)
    args = tuple(_plain(value_of(v, "", None, site)) for v in owner.made.args)
    named = {k: _plain(value_of(v, k, None, site)) for k, v in owner.made.kwargs.items()}
    return ir.Bound(function, method=True, owner=ir.Made(owner.of.name, args, named))


def _plain(value: Value) -> Value:
    """Airflow does not look for templates in what a function already has."""
    return Literal(value.source) if isinstance(value, Template) else value


def _enclosed(value: object, name: str) -> Value:
    """A name of a closure; what a function in it encloses itself is not followed."""
    if isinstance(value, UserFunction):
        return Function(value.name, _dotted(value), value.source.path, value.node.lineno)
    return _value(value, name, "", Left())


def _dotted(value: UserFunction) -> str | None:
    module = value.scope.module.name
    return f"{module}.{value.name}" if "." in module else None


@dataclass
class Left:
    """How much of one argument may still be written down."""

    nodes: int = bounds.NODES
    depth: int = 0


def value_of(value: object, name: str, node: ast.expr | None, site: Site) -> Value:
    """An argument's value in the model's words. `node` is its expression, where the call itself gave it."""
    if value.__class__ in bounds.PLAIN:  # most arguments: their text is not needed
        return _text_or_literal(value)
    source = site.source.segment(node) if node is not None else ""
    if isinstance(value, (list, tuple)):
        return _sequence(value, name, source, Left(), _sources_of_items(value, node, site))
    return _value(value, name, source, Left())


def _sources_of_items(value: Collection[object], node: ast.expr | None, site: Site) -> list[str] | None:
    """The texts of the items, where a display in the call has them one by one and a constant does not tell them."""
    if not isinstance(node, (ast.List, ast.Tuple)) or all(v.__class__ in bounds.PLAIN for v in value):
        return None
    starred = any(isinstance(item, ast.Starred) for item in node.elts)
    return None if starred else [site.source.segment(item) for item in node.elts]


def _text_or_literal(value: object) -> Value:
    return Template(value) if isinstance(value, str) and ("{{" in value or "{%" in value) else Literal(value)


def _value(value: object, name: str, source: str, left: Left) -> Value:
    left.nodes -= 1
    if left.nodes < 0 or left.depth > bounds.NESTING:
        return Code(source, "a value of too many parts")
    if isinstance(value, str):
        return _text_or_literal(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return _sequence(value, name, source, left)
    if isinstance(value, dict):
        return _dictionary(value, name, source, left)
    if isinstance(value, range):
        return Literal(list(value))
    return Literal(value) if isinstance(value, bounds.SCALARS) else _thing(value, name, source)


def _thing(value: object, name: str, source: str) -> Value:
    """A value that is neither a constant nor a container."""
    if isinstance(value, XComRef):
        return XCom(value.task.task_id, value.key)
    if isinstance(value, Member) and (text := plain_text(value)) is not None:
        return Literal(text)
    if isinstance(value, DatasetValue):
        return Code(value.source(), "a dataset")
    if isinstance(value, Derived):
        return _derived(value, name)
    if isinstance(value, GroupItem):
        return ir.Item(value.source)
    if isinstance(value, Opaque):
        return Code(source or value.source, value.why, tuple(map(_piece, value.pieces)))
    function = function_of(value) if _is_callable(value, name) else None
    return function or Code(source or _name(value), f"{_name(value)} is not a constant")


def _piece(value: object) -> Literal | Code:
    """One piece of a text of which not all is known."""
    if isinstance(value, Opaque) and value.at:
        return Code(value.at.expression, value.why, file=value.at.path)
    return Literal(value)


def _derived(value: Derived, name: str) -> Value:
    function: Value | None = None
    if isinstance(value.function, UserFunction) and isinstance(value.function.node, ast.Lambda):
        function = Code(value.function.source.segment(value.function.node), "a function")
    elif value.kind == "map":
        function = function_of(value.function) or Code("", "what it is mapped with is not known")
    fill = _value(value.fill, name, "", Left()) if value.filled else None
    return ir.Derived(
        value.kind, tuple(_value(part, name, "", Left()) for part in value.parts), function, fill
    )


def _is_callable(value: object, name: str) -> bool:
    return (
        not isinstance(value, External) or name.endswith(CALLABLE) or "callback" in name or "callable" in name
    )


def _name(value: object) -> str:
    if isinstance(value, External):
        return value.name
    if isinstance(value, UserClass):
        return value.name
    describe = getattr(value, "describe", None)
    return str(describe()) if describe else type(value).__name__


def _sequence(
    value: Collection[object], name: str, source: str, left: Left, sources: list[str] | None = None
) -> Value:
    if any(isinstance(v, Opaque) and v.rest for v in value):
        return Code(source, "how many items there are is not known")
    left.depth += 1
    texts = sources if sources is not None and len(sources) == len(value) else repeat("")
    items = tuple([_value(v, name, text, left) for v, text in zip(value, texts, strict=False)])
    left.depth -= 1
    if all(isinstance(i, Literal) for i in items):
        return Literal(type(value)(i.value for i in items if isinstance(i, Literal)))  # type: ignore[call-arg]
    return Sequence(items)


def _dictionary(value: dict[object, object], name: str, source: str, left: Left) -> Value:
    left.depth += 1
    items = {k: _value(v, str(k), "", left) for k, v in value.items()}
    left.depth -= 1
    if all(isinstance(k, bounds.SCALARS) and isinstance(v, Literal) for k, v in items.items()):
        return Literal({k: v.value for k, v in items.items() if isinstance(v, Literal)})
    if not all(isinstance(k, (str, int, float, bool)) for k in items):
        return Code(source, "keys that are not known")
    return Dictionary({str(k): v for k, v in items.items()})
