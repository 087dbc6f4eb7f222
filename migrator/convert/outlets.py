"""`outlets=[Dataset("s3://shop/orders")]`: the addresses of the datasets that a task updates."""

import ast

from migrator.ir import Code, Literal, Sequence, Task, Value

ALIASES = (
    "DatasetAlias",
    "AssetAlias",
)  # updated only by what `outlet_events` says, which has no native form


def outlets(task: Task) -> tuple[str, ...] | None:
    """In order, each once. None when one of them is not known."""
    value = task.args.get("outlets")
    found = [_address(item) for item in _items(value)] if value is not None else []
    if None in found:
        return None
    return tuple(dict.fromkeys(address for address in found if address))


def _items(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Sequence):
        return value.items
    if isinstance(value, Literal) and isinstance(value.value, list | tuple | set | type(None)):
        return tuple(map(Literal, value.value or ()))
    return (value,)


def _address(value: Value) -> str | None:
    """Of one dataset; an empty text for an alias."""
    if not isinstance(value, Code):
        return None
    try:
        call = ast.parse(value.source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
        return None
    if call.func.id in ALIASES:
        return ""
    given = {k.arg: k.value for k in call.keywords}
    node = given.get("uri") or (call.args[1] if len(call.args) > 1 else None) or given.get("name")
    node = node or (call.args[0] if call.args else None)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
