"""What a function changes in place."""

import ast

from migrator.scan.tree import walk

# Methods that change a list, dict, set or frame in place.
CHANGING = frozenset(
    [
        *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "appendleft", "popleft"),
        *("update", "setdefault", "popitem", "add", "discard"),
        *("difference_update", "intersection_update", "symmetric_difference_update"),
    ]
)


def changed_below(function: ast.FunctionDef | ast.Lambda, line: int) -> set[str]:
    """The names of objects that a function changes in place below a line."""
    found: set[str] = set()
    for node in walk(function):
        if getattr(node, "lineno", 0) <= line:
            continue
        target: ast.AST | None = None
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            stored = not isinstance(node.ctx, ast.Load)
            changing = isinstance(node, ast.Attribute) and node.attr in CHANGING
            target = node.value if stored or changing else None
        elif isinstance(node, ast.AugAssign):
            target = node.target
        while isinstance(target, (ast.Attribute, ast.Subscript)):
            target = target.value
        if isinstance(target, ast.Name):
            found.add(target.id)
    return found
