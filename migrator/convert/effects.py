"""What a statement does beside making, naming and wiring tasks: a new module without it must not miss that."""

import ast
from collections.abc import Container

from migrator.convert.source import Source
from migrator.scan.tree import walk

# Statements that only lead from one to the next, or define and compute what the model has the outcome of.
FLOW = (
    ast.Pass,
    ast.Break,
    ast.Continue,
    ast.Return,
    ast.Raise,
    ast.Assert,
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Nonlocal,
    ast.Delete,
    ast.AugAssign,
    ast.AnnAssign,
)
METHODS = frozenset(
    [
        *(
            "append",
            "extend",
            "insert",
            "add",
            "update",
            "setdefault",
            "pop",
            "remove",
            "clear",
            "sort",
            "reverse",
        ),
        *(
            "set_upstream",
            "set_downstream",
            "as_setup",
            "as_teardown",
            "add_task",
            "add_inlets",
            "add_outlets",
        ),
    ]
)
PURE = frozenset(
    [
        "list",
        "tuple",
        "set",
        "dict",
        "len",
        "range",
        "zip",
        "enumerate",
        "sorted",
        "reversed",
        "str",
        "int",
        "globals",
    ]
)
# What the model has for these is a default where their value could not be worked out.
WORKED_OUT = frozenset({"trigger_rule", "retries", "retry_delay", "pool"})
LOGS = frozenset(["debug", "info", "warning", "error"])


def effect(statement: ast.stmt, source: Source, makers: Container[str]) -> ast.AST | None:
    """The first part that does something else. `makers`: functions and variables that tasks are made with."""
    if isinstance(statement, FLOW):
        return None
    if isinstance(statement, ast.Assign):
        return next(
            (t for t in statement.targets if not _sets_a_name(t) and not _sets_on_task(t, statement)), None
        )
    if isinstance(statement, ast.Expr):
        return _of_expression(statement.value, source, makers)
    if isinstance(statement, ast.With):
        if other := next((i for i in statement.items if not _enters(i.context_expr, source, makers)), None):
            return other.context_expr
    elif not isinstance(statement, ast.For | ast.While | ast.If | ast.Try):
        return statement
    return next((found for inner in _blocks(statement) if (found := effect(inner, source, makers))), None)


def _blocks(statement: ast.stmt) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for name in ("body", "orelse", "finalbody"):
        found += getattr(statement, name, [])
    for handler in getattr(statement, "handlers", []):
        found += handler.body
    return found


def _sets_a_name(target: ast.expr) -> bool:
    """A variable, or an item of one; `globals()["x"] = dag` is a variable as well."""
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_sets_a_name, target.elts))
    if isinstance(target, ast.Starred):
        return _sets_a_name(target.value)
    if isinstance(target, ast.Subscript):
        base = target.value
        called = isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id == "globals"
        return called or _sets_a_name(base)
    return isinstance(target, ast.Name)


def _sets_on_task(target: ast.expr, statement: ast.Assign) -> bool:
    """An argument of a task that is set once it is there: the model has it, unless it is worked out."""
    if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name | ast.Subscript):
        return False
    return target.attr not in WORKED_OUT or isinstance(statement.value, ast.Constant | ast.Attribute)


def _enters(item: ast.expr, source: Source, makers: Container[str]) -> bool:
    """`with DAG(...)`, `with TaskGroup(...)`, `with dag:`, `with open(path)`."""
    if isinstance(item, ast.Name):
        return True  # a DAG or a group that was made before
    if not isinstance(item, ast.Call):
        return False
    name = source.qualified(item.func) or ""
    opens = name == "open" or (
        isinstance(item.func, ast.Attribute) and item.func.attr in ("open", "joinpath")
    )
    return (
        opens or name.startswith("airflow.") or (isinstance(item.func, ast.Name) and item.func.id in makers)
    )


def _of_expression(value: ast.expr, source: Source, makers: Container[str]) -> ast.AST | None:
    for node in walk(value):
        if isinstance(node, ast.Call) and not _is_known(node, source, makers):
            return node
    return None


def _is_known(call: ast.Call, source: Source, makers: Container[str]) -> bool:
    func = call.func
    if isinstance(func, ast.Call):  # f.override(...)(...)
        return True  # the inner call is asked about as well
    name = source.qualified(func) or ""
    if name.startswith("airflow.") or name in PURE or name.split(".")[0] in makers:
        return True
    if isinstance(func, ast.Attribute):
        return func.attr in METHODS or func.attr in (
            "override",
            "expand",
            "partial",
            "output",
            "format",
            "items",
        )
    return False


def logs(call: ast.AST) -> bool:
    """`print(...)`, `logger.info(...)`: what the reading of the file writes to a log."""
    if not isinstance(call, ast.Call):
        return False
    if isinstance(call.func, ast.Name):
        return call.func.id == "print"
    return isinstance(call.func, ast.Attribute) and call.func.attr in LOGS
