"""What a DAG gives its templates itself: `user_defined_macros` and `user_defined_filters` → Python by name."""

import ast
from collections.abc import Mapping
from functools import lru_cache

from migrator.convert.context import Expression
from migrator.convert.source import Source, names_read
from migrator.ir import Dag, Dictionary, Function, Literal, Template, Value, constant

PLAIN = (bool, int, float, str, bytes, type(None), list, tuple, dict)


def macros(dag: Dag, source: Source) -> Mapping[str, Expression]:
    """By the name that templates have for them. What has no text of its own is left out, and so is not known."""
    return _own(dag, source, "user_defined_macros")


def filters(dag: Dag, source: Source) -> Mapping[str, str]:
    """Likewise."""
    return {name: found.text for name, found in _own(dag, source, "user_defined_filters").items()}


def is_known(dag: Dag) -> bool:
    """Whether it is certain which names the DAG gives a meaning."""
    given = [dag.args.get(f"user_defined_{kind}") for kind in ("macros", "filters")]
    return all(
        value is None or isinstance(value, Dictionary) or isinstance(constant(value, ...), dict | None)
        for value in given
    )


def renders_values(dag: Dag) -> bool:
    """`render_template_as_native_obj`."""
    return constant(dag.args.get("render_template_as_native_obj")) is True


def _own(dag: Dag, source: Source, argument: str) -> dict[str, Expression]:
    value = dag.args.get(argument)
    if isinstance(value, Literal) and isinstance(value.value, dict):
        items: Mapping[str, Value] = {str(name): Literal(each) for name, each in value.value.items()}
    else:
        items = value.items if isinstance(value, Dictionary) else {}
    if not items:
        return {}
    nodes = _written(source, argument)
    found = {name: _text(each, nodes.get(name), source) for name, each in items.items()}
    return {name: Expression(text) for name, text in found.items() if text is not None}


def _text(value: Value, node: ast.expr | None, source: Source) -> str | None:
    if node is not None and all(_stays(name, source) for name in names_read(node)):
        text = source.segment(node)
        return f"({text})" if isinstance(node, ast.Lambda) else text
    if isinstance(value, Literal) and isinstance(value.value, PLAIN):
        return repr(value.value)
    if isinstance(value, Template):
        return repr(value.source)
    if isinstance(value, Function) and value.name.isidentifier() and not source.from_airflow(value.name):
        return value.name
    return None


def _stays(name: str, source: Source) -> bool:
    """Whether a name means the same wherever the file is read."""
    return not source.from_airflow(name) and source.bindings()[name] <= 1


@lru_cache(maxsize=8)
def _written(source: Source, argument: str) -> Mapping[str, ast.expr]:
    """The expressions, where the file has just one dict of that argument, written out."""
    calls = [n for n in ast.walk(source.tree) if isinstance(n, ast.Call)]
    found = [k.value for call in calls for k in call.keywords if k.arg == argument]
    if len(found) != 1 or not isinstance(found[0], ast.Dict):
        return {}
    pairs = zip(found[0].keys, found[0].values, strict=True)
    return {k.value: v for k, v in pairs if isinstance(k, ast.Constant) and isinstance(k.value, str)}
