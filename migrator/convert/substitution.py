"""What stands between `{{` and `}}` → Python, for expressions that mean the same in both languages.

What has another meaning in Python (a filter, an attribute of a dict) is not translated: the text stays a template.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from jinja2 import nodes

from migrator.convert.context import (
    DATETIMES,
    FORMATS,
    GONE_IN_3,
    TASK_INSTANCE,
    Expression,
    as_pendulum,
    expression,
    formatted,
    moment,
    reads_context,
)

if TYPE_CHECKING:
    from migrator.convert.rendering import Scope

DATE_PARTS = frozenset({"year", "month", "day", "hour", "minute", "second", "microsecond"})
TEXTS_OF_DATES = frozenset({"strftime", "isoformat"})  # methods of a plain datetime
OTHERS_OF_DATES = frozenset({"date", "timestamp", "weekday", "isoweekday"})
# Methods of pendulum's datetimes: those that give another one, and those that give a text.
MOVES = frozenset(
    (
        *("add", "subtract", "start_of", "end_of", "in_timezone", "in_tz", "astimezone", "replace", "set"),
        *("next", "previous", "first_of", "last_of", "at", "on", "naive"),
    )
)
TEXTS = frozenset(
    (
        *("format", "to_date_string", "to_datetime_string", "to_iso8601_string", "to_time_string"),
        *("to_formatted_date_string", "to_rfc3339_string"),
    )
)
MACROS = {"ds_add", "ds_format"}
OF_CONNECTIONS = frozenset(
    (
        *("conn_id", "conn_type", "host", "login", "password", "schema", "port", "extra"),
        "extra_dejson",
    )
)
CONNECTION = ("from ..runtime.connections import connection",)


class NotTranslated(Exception):
    """An expression of a template without a rule; the text says which."""


def substituted(node: nodes.Node, scope: "Scope") -> Expression:
    """The Python of an expression. Raises NotTranslated."""
    found = _translated(node, scope)
    if found is None:
        raise NotTranslated(spelled(node))
    scope.use(found)
    return found


def _translated(node: nodes.Node, scope: "Scope") -> Expression | None:
    if scope.timing.airflow3 and any(n.name in GONE_IN_3 for n in node.find_all(nodes.Name)):
        return None
    if isinstance(node, nodes.Const) and isinstance(node.value, str | int | float | None):
        return Expression(repr(node.value), isinstance(node.value, str))
    if isinstance(node, nodes.Name):
        return scope.macros.get(node.name) or _date(node, scope) or expression(node.name, scope.timing)
    for rule in RULES:
        if (found := rule(node, scope)) is not None:
            return found
    return None


def constant_of(node: nodes.Node, scope: "Scope") -> str | None:
    """The text of what is the same in every run, such as `dag.dag_id`."""
    return scope.constants.get(".".join(path_of(node) or ()))


# ---------------------------------------------------------------------- dates
def _date(node: nodes.Node, scope: "Scope") -> Expression | None:
    """A moment of the context, and what pendulum makes of one."""
    name = _name_of_moment(node)
    if name is not None:
        return _moment(name, scope)
    if isinstance(node, (nodes.Add, nodes.Sub)):
        before, distance = _date(node.left, scope), _distance(node.right)
        if before is None or distance is None:
            return None
        sign = "+" if isinstance(node, nodes.Add) else "-"
        imports = (*before.imports, *distance.imports)
        return Expression(f"({before.text} {sign} {distance.text})", imports=imports, dated=True)
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr in MOVES:
        return _method(node, scope, pendulum=True)
    return None


def _name_of_moment(node: nodes.Node) -> str | None:
    """`logical_date`, `dag_run.logical_date`."""
    path = path_of(node) or []
    name = path[-1] if len(path) == 1 or path[:-1] == ["dag_run"] else ""
    return name if name in DATETIMES or (len(path) == 1 and name.endswith("execution_date")) else None


def _moment(name: str, scope: "Scope") -> Expression | None:
    return moment(name, scope.timing) if name in DATETIMES else expression(name, scope.timing)


def _method(node: nodes.Call, scope: "Scope", *, pendulum: bool) -> Expression | None:
    """A method of a date, with constant arguments."""
    assert isinstance(node.node, nodes.Getattr)
    date = _date(node.node.node, scope)
    arguments = _constants(node)
    if date is None or arguments is None:
        return None
    if pendulum:
        date = as_pendulum(date)
    return replace(date, text=f"{date.text}.{node.node.attr}({arguments})", is_text=False)


def _of_date(node: nodes.Node, scope: "Scope") -> Expression | None:
    """`logical_date | ds`, `data_interval_start.strftime('%Y')`, `ds.year`: what is no date any more, or one."""
    if isinstance(node, nodes.Filter) and node.node is not None and not node.args:
        known = node.name in FORMATS or node.name == "ts"
        date = _date(node.node, scope) if known else None
        return formatted(date, node.name) if date else None
    if isinstance(node, nodes.Getattr):
        date = _date(node.node, scope) if node.attr in DATE_PARTS else None
        return replace(date, text=f"{date.text}.{node.attr}", is_text=False) if date else None
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        method = node.node.attr
        if method in TEXTS_OF_DATES | OTHERS_OF_DATES:
            found = _method(node, scope, pendulum=False)
            return replace(found, is_text=method in TEXTS_OF_DATES) if found else None
        if method in TEXTS:
            found = _method(node, scope, pendulum=True)
            return replace(found, is_text=True) if found else None
    return _date(node, scope)


def _distance(node: nodes.Node) -> Expression | None:
    """`macros.timedelta(days=1)`."""
    if not isinstance(node, nodes.Call) or (arguments := _constants(node)) is None:
        return None
    path = path_of(node.node) or []
    if path == ["macros", "timedelta"]:
        return Expression(f"timedelta({arguments})", imports=("from datetime import timedelta",))
    if path == ["macros", "dateutil", "relativedelta", "relativedelta"]:
        imports = ("from dateutil.relativedelta import relativedelta",)
        return Expression(f"relativedelta({arguments})", imports=imports)
    return None


def _constants(node: nodes.Call) -> str | None:
    """The arguments of a call, if all are constants."""
    if node.dyn_args or node.dyn_kwargs:
        return None
    try:
        given = [repr(a.as_const()) for a in node.args]
        return ", ".join([*given, *(f"{k.key}={k.value.as_const()!r}" for k in node.kwargs)])
    except nodes.Impossible:
        return None


# ---------------------------------------------------------------------- macros
def _ds_add(node: nodes.Node, scope: "Scope") -> Expression | None:
    """`macros.ds_add(ds, 1)`."""
    if not isinstance(node, nodes.Call) or path_of(node.node) != ["macros", "ds_add"]:
        return None
    arguments = node.args
    if len(arguments) != 2 or node.kwargs:
        return None
    if not (isinstance(arguments[0], nodes.Name) and arguments[0].name == "ds"):
        return None
    try:
        days = arguments[1].as_const()
    except nodes.Impossible:
        return None
    date = moment("logical_date", scope.timing)
    imports = (*date.imports, "from datetime import timedelta")
    return formatted(Expression(f"{date.text} + timedelta(days={days!r})", imports=imports), "ds")


def _macro(node: nodes.Node, scope: "Scope") -> Expression | None:
    """A macro of Airflow or of the DAG, called with what has a translation itself."""
    if not isinstance(node, nodes.Call) or node.dyn_args or node.dyn_kwargs:
        return None
    path = path_of(node.node) or []
    if path[:1] == ["macros"] and path[1:] and path[1] in MACROS and len(path) == 2:
        called = Expression(path[1], imports=(f"from ..runtime.templates import {path[1]}",))
    elif len(path) == 1 and path[0] in scope.macros:
        called = scope.macros[path[0]]
        if not called.text.isidentifier():
            return None
    else:
        return None
    given: list[tuple[str | None, Expression]] = [(None, substituted(a, scope)) for a in node.args]
    given += [(k.key, substituted(k.value, scope)) for k in node.kwargs]
    arguments = ", ".join(f"{key}={each.text}" if key else each.text for key, each in given)
    imports = (*called.imports, *(line for _, each in given for line in each.imports))
    dated = any(each.dated for _, each in given)
    return Expression(f"{called.text}({arguments})", path[0] == "macros", imports, dated)


# ---------------------------------------------------------------------- Variables and connections
def _variable(node: nodes.Node, scope: "Scope") -> Expression | None:
    """`var.value.bucket`, `var.json.limits.max`, `var.value.get('bucket', 'none')`."""
    path = path_of(node)
    if path and path[0] == "var" and len(path) >= 3 and path[1] in ("value", "json"):
        if path[2] == "get":
            return None
        text = f"os.environ['AIRFLOW_VAR_{path[2].upper()}']"
        imports: tuple[str, ...] = ("import os",)
        if path[1] == "value":
            return Expression(text, True, imports) if len(path) == 3 else None
        inner = "".join(f"[{key!r}]" for key in path[3:])
        return Expression(f"json.loads({text}){inner}", False, (*imports, "import json"))
    if (
        isinstance(node, nodes.Call)
        and path_of(node.node) == ["var", "value", "get"]
        and 1 <= len(node.args) <= 2
    ):
        values = [a.value for a in node.args if isinstance(a, nodes.Const)]
        if len(values) == len(node.args) and not node.kwargs and all(isinstance(v, str) for v in values):
            rest = f", {values[1]!r}" if len(values) == 2 else ""
            return Expression(
                f"os.environ.get('AIRFLOW_VAR_{values[0].upper()}'{rest})", bool(rest), ("import os",)
            )
    return None


def _connection(node: nodes.Node, scope: "Scope") -> Expression | None:
    """`conn.warehouse.host`, `conn.warehouse.extra_dejson.role`."""
    path = path_of(node) or []
    if path[:1] != ["conn"] or len(path) < 3 or path[1] == "get" or path[2] not in OF_CONNECTIONS:
        return None
    if len(path) > 3 and path[2] != "extra_dejson":
        return None
    scope.environment.add(f"AIRFLOW_CONN_{path[1].upper()}")
    inner = "".join(f"[{key!r}]" for key in path[3:])
    return Expression(f"connection({path[1]!r}).{path[2]}{inner}", imports=CONNECTION)


# ---------------------------------------------------------------------- XComs and what a run is launched with
def _pull(node: nodes.Node, scope: "Scope") -> Expression | None:
    """`ti.xcom_pull(task_ids='extract', key='path')`, and an item of it."""
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        base = _pull(node.node, scope)
        return Expression(f"{base.text}[{node.arg.value!r}]") if base else None
    if (given := pulled(node)) is None:
        return None
    task_ids, key = given
    if isinstance(task_ids, str):
        return Expression(scope.pull(task_ids, key))
    names = ", ".join(scope.pull(task_id, key) for task_id in task_ids)
    if scope.timing.airflow3:
        return Expression(f"[{names}]")
    return Expression(f"[x for x in [{names}] if x is not None]")


def pulled(node: nodes.Node) -> tuple[str | list[str], str] | None:
    """Task or tasks, and key, of a call of `xcom_pull` with constant arguments."""
    path = path_of(node.node) if isinstance(node, nodes.Call) else None
    if path is None or len(path) != 2 or path[0] not in TASK_INSTANCE or path[1] != "xcom_pull":
        return None
    assert isinstance(node, nodes.Call)
    given: dict[str, object] = {}
    try:
        for name, value in zip(("task_ids", "dag_id", "key"), node.args, strict=False):
            given[name] = value.as_const()
        for each in node.kwargs:
            given[each.key] = each.value.as_const()
    except nodes.Impossible:
        return None
    task_ids, key = given.pop("task_ids", None), given.pop("key", "return_value")
    if given or not isinstance(key, str):
        return None
    if isinstance(task_ids, (list, tuple)) and task_ids and all(isinstance(t, str) for t in task_ids):
        return list(task_ids), key
    return (task_ids, key) if isinstance(task_ids, str) else None


def _launched(node: nodes.Node, scope: "Scope") -> Expression | None:
    """`params.limit`, `params['limit']`, `dag_run.conf['path']`, `dag_run.conf.get('path', 'none')`."""
    path = path_of(node)
    if path and path[0] == "params" and len(path) == 2:
        return scope.launch.param(path[1])
    if path and path[:2] == ["dag_run", "conf"] and len(path) == 3 and not hasattr(dict, path[2]):
        return scope.launch.required(path[2]) or _given(scope, path[2])
    if not (
        isinstance(node, nodes.Call) and path_of(node.node) == ["dag_run", "conf", "get"] and not node.kwargs
    ):
        return None
    given = [a.value for a in node.args if isinstance(a, nodes.Const)]
    if not 1 <= len(given) == len(node.args) <= 2 or not isinstance(given[0], str):
        return None
    default = repr(given[1]) if len(given) == 2 else "None"
    known = scope.launch.conf(given[0], default)
    return known or Expression(f"{scope.launch.given().text}.get({given[0]!r}, {default})")


def _given(scope: "Scope", key: str) -> Expression:
    """A key of `dag_run.conf` that a run may not have: then the step fails, as the rendering does."""
    return Expression(f"{scope.launch.given().text}[{key!r}]")


def _of_the_run(node: nodes.Node, scope: "Scope") -> Expression | None:
    """`dag_run.run_id`, `ti.try_number`: what is the same as, or like, a name of the context."""
    path = path_of(node) or []
    if len(path) == 2 and path[0] in ("dag_run", *TASK_INSTANCE) and path[1] == "run_id":
        return expression("run_id", scope.timing)
    if len(path) == 2 and path[0] in TASK_INSTANCE and path[1] == "try_number":
        return expression("try_number", scope.timing)
    return None


RULES: tuple[Callable[[nodes.Node, "Scope"], Expression | None], ...] = (
    *(_ds_add, _of_date, _macro, _variable, _connection, _pull, _launched, _of_the_run),
)


# ---------------------------------------------------------------------- pieces
def path_of(node: nodes.Node) -> list[str] | None:
    """`a.b['c']` as its names."""
    if isinstance(node, nodes.Name):
        return [node.name]
    if isinstance(node, nodes.Getattr):
        base = path_of(node.node)
        return [*base, node.attr] if base else None
    if (
        isinstance(node, nodes.Getitem)
        and isinstance(node.arg, nodes.Const)
        and isinstance(node.arg.value, str)
    ):
        base = path_of(node.node)
        return [*base, node.arg.value] if base else None
    return None


def spelled(node: nodes.Node) -> str:
    """An expression in words, for a finding."""
    path = path_of(node)
    if path:
        return "{{ " + ".".join(path) + " }}"
    if isinstance(node, nodes.Call):
        return spelled(node.node).replace(" }}", "(...) }}")
    if isinstance(node, nodes.Filter):
        return f"the filter {node.name}"
    return f"a {type(node).__name__.lower()}"


__all__ = ["NotTranslated", "constant_of", "path_of", "pulled", "reads_context", "spelled", "substituted"]
