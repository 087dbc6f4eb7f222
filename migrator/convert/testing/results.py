"""What kind of value a step returns, where its text says so."""

import ast
import json
from collections.abc import Iterator

from migrator.convert.testing.reading import Function

KINDS: dict[type[ast.expr], str] = {
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.JoinedStr: "str",
    ast.Compare: "bool",
}
CALLS = frozenset({"dict", "list", "set", "tuple", "str", "int", "float", "bool", "len", "sorted", "round"})
OF_CALL = {"len": "int", "sorted": "list", "round": "int | float"}


def kind(node: Function) -> str | None:
    """ "None", the name of a type, or None where it is not known."""
    found = {_kind(value, node) for value in _returned(node)}
    if not found:
        return "None"
    return found.pop() if len(found) == 1 else None


def _returned(node: Function) -> Iterator[ast.expr | None]:
    """What each `return` gives; nothing where there is none."""
    returns = [n for n in _own(node) if isinstance(n, ast.Return)]
    yield from (n.value for n in returns)
    if returns and not isinstance(node.body[-1], ast.Return):
        yield None


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield child
            yield from _own(child)


def _kind(value: ast.expr | None, node: Function) -> str | None:
    if value is None:
        return "None"
    if isinstance(value, ast.Constant):
        return type(value.value).__name__ if value.value is not None else "None"
    if isinstance(value, ast.Name):
        return _of_name(value.id, node)
    if isinstance(value, ast.Call):
        return _of_call(value, node)
    return KINDS.get(type(value)) if not isinstance(value, ast.Compare) else None


def _of_name(name: str, node: Function) -> str | None:
    """Of a variable that is bound once, by a plain assignment."""
    stores = [
        n for n in _own(node) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
    ]
    made = [n for n in _own(node) if isinstance(n, ast.Assign) and n.targets == stores[:1]]
    if len(stores) != 1 or len(made) != 1:
        return None
    return None if isinstance(made[0].value, ast.Name) else _kind(made[0].value, node)


def _of_call(value: ast.Call, node: Function) -> str | None:
    called = value.func
    if isinstance(called, ast.Name) and called.id in CALLS:
        return OF_CALL.get(called.id, called.id)
    if isinstance(called, ast.Attribute) and called.attr == "loads" and value.args:
        return _of_json(value.args[0], node)
    return None


def _of_json(text: ast.expr, node: Function) -> str | None:
    """Of a JSON text that stands in the function."""
    if isinstance(text, ast.Name):
        made = [n for n in _own(node) if isinstance(n, ast.Assign) and _is_name(n.targets, text.id)]
        text = made[0].value if len(made) == 1 else text
    if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
        return None
    try:
        return type(json.loads(text.value)).__name__
    except ValueError:
        return None


def _is_name(targets: list[ast.expr], name: str) -> bool:
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name
