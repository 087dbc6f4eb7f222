"""What stands in the new module for a piece of Airflow, wherever in the file it is: Variables, connections, errors."""

import ast
from collections.abc import Mapping
from functools import lru_cache

from migrator.convert.context import Expression
from migrator.convert.own_text import in_class
from migrator.convert.resources import by_name
from migrator.convert.source import Source, names_bound
from migrator.convert.variables import variable_read
from migrator.scan.tree import children, walk

GET_CONNECTION = frozenset(
    f"{name}.{method}"
    for name, method in (
        ("airflow.hooks.base.BaseHook", "get_connection"),
        ("airflow.hooks.base_hook.BaseHook", "get_connection"),
        ("airflow.sdk.BaseHook", "get_connection"),
        ("airflow.sdk.bases.hook.BaseHook", "get_connection"),
        ("airflow.sdk.Connection", "get"),
        ("airflow.models.Connection", "get_connection_from_secrets"),
        ("airflow.models.connection.Connection", "get_connection_from_secrets"),
    )
)
OF_CONNECTIONS = frozenset(
    ("conn_id", "conn_type", "host", "login", "password", "schema", "port", "extra", "extra_dejson")
)
NAMES_OR_CALLS = frozenset({ast.Name, ast.Attribute, ast.Call})
ERRORS = frozenset(f"airflow.{module}.AirflowException" for module in ("exceptions", "sdk.exceptions"))


def stand_in(source: Source, node: ast.AST) -> Expression | None:
    """The expression for a piece of Airflow; None for all else."""
    if node.__class__ not in NAMES_OR_CALLS:
        return None
    if found := in_class(source, node):
        return found
    if isinstance(node, ast.Call):
        return variable_read(source, node) or _connection(source, node) or by_name(source, node)
    if isinstance(node, (ast.Name, ast.Attribute)) and source.qualified(node) in ERRORS:
        return None if _catches_errors(source) else Expression("RuntimeError")
    return None


def _connection(source: Source, node: ast.Call) -> Expression | None:
    """`BaseHook.get_connection("warehouse")`, of which only what the new project's connections have is asked."""
    given = [*node.args, *(k.value for k in node.keywords if k.arg in ("conn_id", "connection_id"))]
    if source.qualified(node.func) not in GET_CONNECTION or len(given) != 1 or len(node.keywords) > 1:
        return None
    parents = _parents(source)
    if not all(isinstance(use, ast.Attribute) and use.attr in OF_CONNECTIONS for use in _uses(node, parents)):
        return None
    text = source.segment(given[0])
    line = "from ..runtime.connections import connection"
    if "connection" in names_bound(source.tree):  # `connection = BaseHook.get_connection("shop")`
        return Expression(f"connection_of({text})", imports=(f"{line} as connection_of",))
    return Expression(f"connection({text})", imports=(line,))


def _uses(node: ast.expr, parents: Mapping[int, ast.AST]) -> list[ast.AST | None]:
    """What is done with a value: where it stands, or wherever the local name is read that it is assigned to."""
    above = parents.get(id(node))
    if not (isinstance(above, ast.Assign) and len(above.targets) == 1):
        return [above]
    target, scope = above.targets[0], above
    while id(scope) in parents and not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        scope = parents[id(scope)]  # type: ignore[assignment]  # any node
    if not isinstance(target, ast.Name):
        return [above]
    found = [n for n in walk(scope) if isinstance(n, ast.Name) and n.id == target.id and n is not target]
    return [parents.get(id(n)) if isinstance(n.ctx, ast.Load) else None for n in found]


@lru_cache(maxsize=4)
def _parents(source: Source) -> Mapping[int, ast.AST]:
    return {id(child): node for node in walk(source.tree) for child in children(node)}


@lru_cache(maxsize=4)
def _catches_errors(source: Source) -> bool:
    """Whether the file catches what only Airflow's own code may raise."""
    handlers = [n.type for n in walk(source.tree) if isinstance(n, ast.ExceptHandler) and n.type]
    kinds = [kind for one in handlers for kind in (one.elts if isinstance(one, ast.Tuple) else [one])]
    return any(source.qualified(kind) in ERRORS for kind in kinds)
