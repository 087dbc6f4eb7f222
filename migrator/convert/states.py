"""`allowed_states=[State.SUCCESS, "skipped"]`: states of runs and tasks as their texts."""

import ast
from typing import TYPE_CHECKING

from migrator.convert.registry import Args
from migrator.ir import Code, Literal, Sequence, Value

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

CLASSES = ("State", "TaskInstanceState", "DagRunState", "TerminalTIState", "IntermediateTIState")


def states(name: str, args: Args, scope: "Scope") -> list[str]:
    """Of an argument, in order; empty where it is not given, and after a problem was noted."""
    value = args.take(name)
    if value is None or value == Literal(None):
        return []
    found = [_state(item, scope) for item in _items(value)]
    if None in found:
        scope.refuse("CF086", f"`{name}` is not a list of states")
        return []
    return [state for state in found if state]


def _items(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Sequence):
        return value.items
    if isinstance(value, Literal) and isinstance(value.value, (list, tuple, set, frozenset)):
        items = value.value if isinstance(value.value, (list, tuple)) else sorted(value.value, key=str)
        return tuple(map(Literal, items))
    return (value,)


def _state(value: Value, scope: "Scope") -> str | None:
    if isinstance(value, Literal):
        found = value.value if isinstance(value.value, str) else getattr(value.value, "value", None)
        return str(found) if isinstance(found, str) else None
    if not isinstance(value, Code):
        return None
    try:
        node: ast.expr = ast.parse(value.source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if isinstance(node, ast.Attribute) and node.attr == "value":
        node = node.value
    if not isinstance(node, ast.Attribute) or not node.attr.isupper():
        return None
    owner = scope.source.qualified(node.value) or ""
    return node.attr.lower() if owner.startswith("airflow.") and owner.split(".")[-1] in CLASSES else None
