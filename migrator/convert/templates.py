"""Jinja text of a DAG → a Python expression: parsed with jinja2's own parser, for texts that only substitute.

A template with statements, or with an expression that has no rule here, is a Problem.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

import jinja2
from jinja2 import nodes

from migrator.convert.context import (
    DATETIMES,
    FORMATS,
    GONE_IN_3,
    TASK_INSTANCE,
    Expression,
    expression,
    formatted,
    moment,
    reads_context,
)
from migrator.convert.launch import Launch
from migrator.convert.problem import Problem
from migrator.convert.timing import Timing

PARSER = jinja2.Environment()  # as Airflow: the last line break of a text goes
DATE_PARTS = frozenset({"year", "month", "day", "hour", "minute", "second"})
DATETIME_METHODS = frozenset({"strftime", "isoformat", "date", "timestamp"})


class NotTranslated(Exception):
    """An expression of a template without a rule; the text says which."""


@dataclass
class Scope:
    """What a template may refer to. `pull` answers with the Python name for another task's XCom."""

    timing: Timing
    pull: Callable[[str, str], str]
    constants: Mapping[str, str] = field(default_factory=dict)  # such as `dag.dag_id`
    launch: Launch = field(default_factory=lambda: Launch({}, {}))
    imports: set[str] = field(default_factory=set)
    dated: bool = False
    context: bool = False


def translate(template: str, scope: Scope) -> str | Problem:
    """The Python expression, always a str, that renders the template."""
    try:
        tree = PARSER.parse(template)
    except jinja2.TemplateSyntaxError as error:
        return Problem("DP042", f"not a valid template: {error.message}")
    pieces: list[str | Expression] = []
    try:
        for part in tree.body:
            if not isinstance(part, nodes.Output):
                raise NotTranslated(f"{{% {type(part).__name__.lower()} %}}")
            for node in part.nodes:
                known = node.data if isinstance(node, nodes.TemplateData) else _constant(node, scope)
                pieces.append(known if known is not None else _expression(node, scope))
    except NotTranslated as error:
        return Problem("DP042", f"no rule for {error} in a template")
    return _joined(pieces)


def _joined(pieces: list[str | Expression]) -> str:
    if len(pieces) == 1 and isinstance(pieces[0], Expression):
        only = pieces[0]
        return only.text if only.is_text else f"str({only.text})"
    if not any(isinstance(p, Expression) for p in pieces):
        return repr("".join(p for p in pieces if isinstance(p, str)))
    block = any("\n" in p for p in pieces if isinstance(p, str))
    inner = "".join(_literal(p, block) if isinstance(p, str) else _slot(p.text) for p in pieces)
    if block and inner.endswith('"'):
        inner = inner[:-1] + '\\"'
    return f'f"""{inner}"""' if block else f'f"{inner}"'


def _literal(text: str, block: bool) -> str:
    """A text as it stands in an f-string, which for several lines is a block."""
    escaped = text.replace("\\", "\\\\").replace("{", "{{").replace("}", "}}")
    escaped = escaped.replace('"""', '\\"\\"\\"') if block else escaped.replace('"', '\\"')
    return escaped.replace("\r", "\\r").replace("\t", "\\t")


def _slot(text: str) -> str:
    """An expression inside an f-string; one that is an f-string with a single slot is merged into it."""
    if text.startswith("f'{") and text.endswith("}'"):
        return text[2:-1]
    return "{" + text + "}"


def _expression(node: nodes.Node, scope: Scope) -> Expression:
    found = _date(node, scope) or _variable(node, scope) or _pull(node, scope) or _launched(node, scope)
    if found is None and isinstance(node, nodes.Name):
        found = expression(node.name, scope.timing)
    if found is None and isinstance(node, nodes.Const) and isinstance(node.value, str | int | float):
        found = Expression(repr(node.value), isinstance(node.value, str))
    if found is None:
        raise NotTranslated(_spelled(node))
    scope.imports.update(found.imports)
    scope.dated |= found.dated
    scope.context |= reads_context(found.text)
    return found


def _constant(node: nodes.Node, scope: Scope) -> str | None:
    return scope.constants.get(".".join(_path(node) or ()))


def _date(node: nodes.Node, scope: Scope) -> Expression | None:
    """`logical_date | ds`, `data_interval_start.strftime('%Y')`, `macros.ds_add(ds, 1)`."""
    if scope.timing.airflow3 and any(n.name in GONE_IN_3 for n in node.find_all(nodes.Name)):
        return None
    if isinstance(node, nodes.Call) and _path(node.node) == ["macros", "ds_add"]:
        return _ds_add(node, scope)
    if isinstance(node, nodes.Filter) and isinstance(node.node, nodes.Name) and node.node.name in DATETIMES:
        if (node.name in FORMATS or node.name == "ts") and not node.args:
            return formatted(moment(node.node.name, scope.timing), node.name)
        return None
    if isinstance(node, nodes.Getattr) and node.attr in DATE_PARTS and _is_moment(node.node):
        date = moment(node.node.name, scope.timing)
        return Expression(f"{date.text}.{node.attr}", False, date.imports, dated=True)
    if not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr)):
        return None
    target, method = node.node.node, node.node.attr
    if not (isinstance(target, nodes.Name) and target.name in DATETIMES and method in DATETIME_METHODS):
        return None
    if node.kwargs or not all(isinstance(a, nodes.Const) for a in node.args):
        return None
    date = moment(target.name, scope.timing)
    arguments = ", ".join(repr(a.value) for a in node.args if isinstance(a, nodes.Const))
    return Expression(
        f"{date.text}.{method}({arguments})", method in ("strftime", "isoformat"), date.imports, dated=True
    )


def _is_moment(node: nodes.Node) -> TypeGuard[nodes.Name]:
    return isinstance(node, nodes.Name) and node.name in DATETIMES


def _ds_add(node: nodes.Call, scope: Scope) -> Expression | None:
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


def _variable(node: nodes.Node, scope: Scope) -> Expression | None:
    """`var.value.bucket`, `var.json.limits.max`, `var.value.get('bucket', 'none')`."""
    path = _path(node)
    if path and path[0] == "var" and len(path) >= 3 and path[1] in ("value", "json"):
        text = f"os.environ['AIRFLOW_VAR_{path[2].upper()}']"
        imports: tuple[str, ...] = ("import os",)
        if path[1] == "value":
            return Expression(text, True, imports) if len(path) == 3 else None
        inner = "".join(f"[{key!r}]" for key in path[3:])
        return Expression(f"json.loads({text}){inner}", False, (*imports, "import json"))
    if (
        isinstance(node, nodes.Call)
        and _path(node.node) == ["var", "value", "get"]
        and 1 <= len(node.args) <= 2
    ):
        values = [a.value for a in node.args if isinstance(a, nodes.Const)]
        if len(values) == len(node.args) and not node.kwargs and all(isinstance(v, str) for v in values):
            rest = f", {values[1]!r}" if len(values) == 2 else ""
            return Expression(
                f"os.environ.get('AIRFLOW_VAR_{values[0].upper()}'{rest})", bool(rest), ("import os",)
            )
    return None


def _pull(node: nodes.Node, scope: Scope) -> Expression | None:
    """`ti.xcom_pull(task_ids='extract', key='path')`."""
    if not (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Getattr)
        and node.node.attr == "xcom_pull"
    ):
        return None
    if not (isinstance(node.node.node, nodes.Name) and node.node.node.name in TASK_INSTANCE):
        return None
    given: dict[str, object] = {}
    for name, value in [
        *zip(("task_ids", "dag_id", "key"), node.args, strict=False),
        *((k.key, k.value) for k in node.kwargs),
    ]:
        if not isinstance(value, nodes.Const):
            return None
        given[name] = value.value
    task_id, key = given.pop("task_ids", None), given.pop("key", "return_value")
    if given or not isinstance(task_id, str) or not isinstance(key, str):
        return None
    return Expression(scope.pull(task_id, key))


def _launched(node: nodes.Node, scope: Scope) -> Expression | None:
    """`params.limit`, `params['limit']`, `dag_run.conf['path']`, `dag_run.conf.get('path', 'none')`."""
    path = _path(node)
    if path and path[0] == "params" and len(path) == 2:
        return scope.launch.param(path[1])
    if path and path[:2] == ["dag_run", "conf"] and len(path) == 3 and not hasattr(dict, path[2]):
        return scope.launch.required(path[2]) or _given(scope, path[2])
    if not (
        isinstance(node, nodes.Call) and _path(node.node) == ["dag_run", "conf", "get"] and not node.kwargs
    ):
        return None
    given = [a.value for a in node.args if isinstance(a, nodes.Const)]
    if not 1 <= len(given) == len(node.args) <= 2 or not isinstance(given[0], str):
        return None
    default = repr(given[1]) if len(given) == 2 else "None"
    known = scope.launch.conf(given[0], default)
    return known or Expression(f"{scope.launch.given().text}.get({given[0]!r}, {default})")


def _given(scope: Scope, key: str) -> Expression:
    """A key of `dag_run.conf` that a run may not have: then the step fails, as the rendering does."""
    return Expression(f"{scope.launch.given().text}[{key!r}]")


def _path(node: nodes.Node) -> list[str] | None:
    if isinstance(node, nodes.Name):
        return [node.name]
    if isinstance(node, nodes.Getattr):
        base = _path(node.node)
        return [*base, node.attr] if base else None
    if (
        isinstance(node, nodes.Getitem)
        and isinstance(node.arg, nodes.Const)
        and isinstance(node.arg.value, str)
    ):
        base = _path(node.node)
        return [*base, node.arg.value] if base else None
    return None


def _spelled(node: nodes.Node) -> str:
    path = _path(node)
    if path:
        return "{{ " + ".".join(path) + " }}"
    if isinstance(node, nodes.Call):
        return _spelled(node.node).replace(" }}", "(...) }}")
    if isinstance(node, nodes.Filter):
        return f"the filter {node.name}"
    return f"a {type(node).__name__.lower()}"
