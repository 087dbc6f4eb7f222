"""`@asset` functions of Airflow 3: what each of their parameters is, and the assets of a file by their names."""

import ast
from collections.abc import Mapping
from functools import lru_cache

from migrator.convert.outlets import ASSET_TASK, Outlet
from migrator.convert.source import Source, defaults
from migrator.ir import Task
from migrator.scan.tree import walk

ASSETS = frozenset(
    f"airflow.{module}" for module in ("sdk.Asset", "sdk.definitions.asset.Asset", "assets.Asset")
)
DECORATORS = frozenset({"airflow.sdk.asset", "airflow.sdk.definitions.asset.decorators.asset"})
OF_AIRFLOW = ("self", "context", "outlet_events")
ARGUMENTS = ("uri", "name", "group")  # of the decorator, beside those of its DAG


def arguments(task: Task) -> tuple[str, ...]:
    """Those of the decorator."""
    return ARGUMENTS if is_asset(task) else ()


def is_asset(task: Task) -> bool:
    """Whether an `@asset` function is the task."""
    return task.operator_class == ASSET_TASK


def inlets(function: ast.FunctionDef, source: Source) -> tuple[Outlet | None, ...]:
    """The assets that the parameters of an `@asset` function name; None for one that the file does not make."""
    usual, arguments = defaults(function), function.args
    names = [p.arg for p in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    return tuple(named(source).get(n) for n in names if n not in OF_AIRFLOW and n not in usual)


@lru_cache(maxsize=8)
def named(source: Source) -> Mapping[str, Outlet]:
    """The assets that a file makes, by name."""
    made = [found for node in walk(source.tree) if (found := _asset(node, source))]
    return {one.name: one for one in [*made, *functions(source).values()]}


@lru_cache(maxsize=8)
def functions(source: Source) -> Mapping[str, Outlet]:
    """The assets that `@asset` functions of a file are, by the name of the function."""
    found: dict[str, Outlet] = {}
    for node in source.tree.body:
        for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if isinstance(decorator, ast.Call) and source.qualified(decorator.func) in DECORATORS:
                given = _texts(decorator)
                name = given.get("name") or node.name  # type: ignore[attr-defined]  # a function
                found[node.name] = Outlet(given.get("uri") or name, name)  # type: ignore[attr-defined]
    return found


def _asset(node: ast.AST, source: Source) -> Outlet | None:
    """Of `Asset("orders", "s3://shop/orders")`, where both are constants."""
    if not (isinstance(node, ast.Call) and source.qualified(node.func) in ASSETS):
        return None
    given = dict(zip(("name", "uri"), map(_text, node.args), strict=False)) | _texts(node)
    name = given.get("name") or given.get("uri")
    return Outlet(given.get("uri") or name, name) if name else None


def _texts(call: ast.Call) -> dict[str, str]:
    return {k.arg or "": _text(k.value) for k in call.keywords}


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
