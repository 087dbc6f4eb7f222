"""Environment variables that code reads: `os.environ["X"]`, `os.getenv("X")`."""

import ast
from collections.abc import Iterator

from migrator.inventory.needs import Asked, argument

WORDS = ("environ", "getenv")
ENVIRON = frozenset({"os.environ", "environ"})
CALLS = frozenset(
    {"os.getenv", "getenv", *(f"{e}.{m}" for e in ENVIRON for m in ("get", "pop", "setdefault"))}
)
UNKNOWN = "EN009"


def in_code(node: ast.AST, name: str) -> Iterator[Asked]:
    """Reading one, in any of the usual ways, and asking whether there is one."""
    key: ast.expr | None = None
    if isinstance(node, ast.Call) and name in CALLS:
        key = argument(node, 0, "key")
    elif isinstance(node, ast.Subscript) and name in ENVIRON and isinstance(node.ctx, ast.Load):
        key = node.slice
    elif isinstance(node, ast.Compare) and name in ENVIRON and isinstance(node.ops[0], (ast.In, ast.NotIn)):
        key = node.left
    if key is not None:
        yield Asked("environment", key, UNKNOWN, "an environment variable is read")
