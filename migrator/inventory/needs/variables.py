"""Airflow Variables: `Variable.get("x")` in code, `{{ var.value.x }}` in templates."""

import ast
from collections.abc import Iterator

from migrator.inventory.jinja import Reference
from migrator.inventory.model import Need, Unnamed
from migrator.inventory.needs import Asked, argument, foreign, in_text

WORDS = ("Variable", "var.value", "var.json")
METHODS = frozenset({"get", "set", "setdefault", "update", "delete", "get_variable_from_secrets"})
UNKNOWN = "EN007"


def in_code(node: ast.AST, name: str) -> Iterator[Asked]:
    """Calls of the methods of `Variable`; a template in a text."""
    if isinstance(node, ast.Constant):
        yield from in_text(node, "variables", in_template)
    owner, _, method = name.rpartition(".")
    if not isinstance(node, ast.Call) or method not in METHODS or foreign(name):
        return
    key = argument(node, 0, "key") if owner.rpartition(".")[2] == "Variable" else None
    if key is not None:
        yield Asked("variables", key, UNKNOWN, f"Variable.{method}")


def in_template(reference: Reference) -> Iterator[Need | Unnamed]:
    """`var.value.x`, `var.json.x.y`, `var.value.get('x')`."""
    if reference.root != "var":
        return
    name = reference.named(1)
    yield Need("variables", name) if name else Unnamed(UNKNOWN, "a template reads a Variable")
