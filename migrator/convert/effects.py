"""What a statement does beside making, naming and wiring tasks: a new module without it must not miss that."""

import ast
from collections.abc import Container, Iterator

from migrator.convert.source import Source
from migrator.scan.tree import children

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
# Of containers, texts and tasks: they give a value.
READING = frozenset(
    [
        *(
            "values",
            "items",
            "keys",
            "get",
            "copy",
            "count",
            "index",
            "format",
            "split",
            "rsplit",
            "join",
            "lower",
        ),
        *("upper", "title", "replace", "strip", "lstrip", "rstrip", "startswith", "endswith", "removeprefix"),
        *(
            "removesuffix",
            "partition",
            "rpartition",
            "override",
            "expand",
            "expand_kwargs",
            "map",
            "zip",
            "concat",
            "partial",
            "isoformat",
            "strftime",
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
# Modules of which a call gives a value, or reads something.
MODULES = frozenset(
    """
    base64 calendar collections configparser copy croniter csv dataclasses datetime dateutil decimal
    enum fractions functools glob hashlib inspect itertools json logging math operator pathlib pendulum
    platform random re secrets statistics string sys textwrap time tomli tomllib types typing
    typing_extensions uuid warnings yaml zoneinfo jinja2 slugify
    """.split()
)
OF_OS = tuple(f"os.{name}" for name in "path. environ. getenv listdir scandir walk getcwd stat".split())
# What the model has for these is a default where their value could not be worked out.
WORKED_OUT = frozenset({"trigger_rule", "retries", "retry_delay", "pool"})
# What changes Airflow's database.
OF_AIRFLOW = (
    *(".Variable.set", ".Variable.update", ".Variable.delete", ".create_session", ".trigger_dag"),
    ".settings.Session",
)
LOGS = frozenset(["debug", "info", "warning", "error"])


def effect(statement: ast.stmt, source: Source, makers: Container[str]) -> ast.AST | None:
    """The first part that does something else. `makers`: functions and variables that tasks are made with."""
    return next(effects(statement, source, makers), None)


def effects(statement: ast.stmt, source: Source, makers: Container[str]) -> Iterator[ast.AST]:
    """All such parts."""
    if isinstance(statement, FLOW):
        return
    if isinstance(statement, ast.Assign):
        yield from (t for t in statement.targets if not _sets_a_name(t) and not _sets_on_task(t, statement))
    elif isinstance(statement, ast.Expr):
        yield from _of_expression(statement.value, source, makers)
    elif isinstance(statement, (ast.With, ast.For, ast.While, ast.If, ast.Try)):
        if isinstance(statement, ast.With):
            items = [item.context_expr for item in statement.items]
            yield from (item for item in items if not _enters(item, source, makers))
        for inner in _blocks(statement):
            yield from effects(inner, source, makers)
    else:
        yield statement


def _blocks(statement: ast.stmt) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for name in ("body", "orelse", "finalbody"):
        found += getattr(statement, name, [])
    for handler in getattr(statement, "handlers", []):
        found += handler.body
    return found


def _sets_a_name(target: ast.expr) -> bool:
    """A variable, or an item of one; `globals()["x"] = dag` is a variable as well."""
    if isinstance(target, (ast.Tuple, ast.List)):
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
    if not isinstance(target, ast.Attribute) or not isinstance(target.value, (ast.Name, ast.Subscript)):
        return False
    return target.attr not in WORKED_OUT or isinstance(statement.value, (ast.Constant, ast.Attribute))


def _enters(item: ast.expr, source: Source, makers: Container[str]) -> bool:
    """`with DAG(...)`, `with TaskGroup(...)`, `with dag:`, `with teardown():`, `with open(path)`."""
    if isinstance(item, ast.Name):
        return True  # a DAG or a group that was made before
    if not isinstance(item, ast.Call):
        return False
    if isinstance(item.func, ast.Attribute) and item.func.attr in ("as_setup", "as_teardown"):
        return next(_of_expression(item, source, makers), None) is None
    name = source.qualified(item.func) or ""
    opens = name == "open" or (
        isinstance(item.func, ast.Attribute) and item.func.attr in ("open", "joinpath")
    )
    return (
        opens
        or name.startswith(("airflow.", "warnings."))
        or (isinstance(item.func, ast.Name) and item.func.id in makers)
    )


def _of_expression(value: ast.AST, source: Source, makers: Container[str]) -> Iterator[ast.AST]:
    if isinstance(value, ast.Lambda):  # its body runs later, if at all
        return
    if isinstance(value, ast.Call) and not _is_known(value, source, makers):
        yield value
        return
    for inner in _parts(value):
        yield from _of_expression(inner, source, makers)


def _parts(value: ast.AST) -> list[ast.AST]:
    """What is in an expression; the object of `python_callable=Loader(table).load` is made by the step, too."""
    parts = children(value)
    if (
        isinstance(value, ast.keyword)
        and value.arg == "python_callable"
        and isinstance(value.value, ast.Attribute)
    ):
        made = value.value.value
        return children(made) if isinstance(made, ast.Call) and isinstance(made.func, ast.Name) else parts
    return parts


def _is_known(call: ast.Call, source: Source, makers: Container[str]) -> bool:
    func = call.func
    if isinstance(func, ast.Call):  # f.override(...)(...)
        return True  # the inner call is asked about as well
    name = source.qualified(func) or ""
    root = name.split(".")[0]
    if name.startswith("airflow."):
        return not name.endswith(OF_AIRFLOW)
    if name in PURE or root in makers or name.startswith("warnings."):
        return True
    if name != root and (root in MODULES or name.startswith(OF_OS)):  # imported, or a part of what is
        return not (isinstance(func, ast.Attribute) and func.attr in METHODS)
    return isinstance(func, ast.Attribute) and (func.attr in METHODS or func.attr in READING)


def logs(call: ast.AST) -> bool:
    """`print(...)`, `logger.info(...)`: what the reading of the file writes to a log."""
    if not isinstance(call, ast.Call):
        return False
    if isinstance(call.func, ast.Name):
        return call.func.id == "print"
    return isinstance(call.func, ast.Attribute) and call.func.attr in LOGS
