"""`Variable.get(...)` → the environment variable that Airflow itself would read first.

One environment then serves both systems while both run.
"""

import ast

from migrator.convert.context import Expression
from migrator.convert.source import Source

VARIABLE = frozenset({"airflow.models.Variable", "airflow.models.variable.Variable", "airflow.sdk.Variable"})
DEFAULTS = ("default_var", "default")


def variable_read(source: Source, node: ast.AST) -> Expression | None:
    """The expression for `Variable.get(name, default_var=..., deserialize_json=...)`; None for all else."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"):
        return None
    if source.qualified(node.func.value) not in VARIABLE:
        return None
    given = {k.arg or "**": k.value for k in node.keywords}
    given.update(zip(("key", "default_var", "deserialize_json"), node.args, strict=False))
    key, as_json = given.pop("key", None), given.pop("deserialize_json", ast.Constant(False))
    default = next((given.pop(name) for name in DEFAULTS if name in given), None)
    if given or key is None or not isinstance(as_json, ast.Constant):
        return None
    if _text(key):
        name = f'"{environment_name(key.value)}"'  # type: ignore[attr-defined]  # _text has checked it
    elif as_json.value and default is not None:
        return None  # the name would be worked out twice
    else:
        name = f'"{environment_name("")}" + ({source.segment(key)}).upper()'
    if as_json.value:
        read = f"json.loads(os.environ[{name}])"
        if default is not None:
            read = f"{read} if {name} in os.environ else {source.segment(default)}"
            read = f"({read})"
        return Expression(read, False, ("import os", "import json"))
    if default is None:
        return Expression(f"os.environ[{name}]", True, ("import os",))
    return Expression(f"os.environ.get({name}, {source.segment(default)})", False, ("import os",))


def environment_name(key: str) -> str:
    """Where Airflow looks for a Variable in the environment."""
    return f"AIRFLOW_VAR_{key.upper()}"


def _text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
