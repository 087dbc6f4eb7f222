"""The context as a whole in `print(context)` or a line of a log: what Dagster has of it is shown."""

import ast
from collections.abc import Mapping

from migrator.convert.context import Expression
from migrator.convert.effects import logs
from migrator.convert.source import Source

SHOWS = frozenset({"print", "pprint.pprint", "pprint.pp"})
KEYS = ("ds", "ts", "logical_date", "data_interval_start", "data_interval_end", "run_id", "try_number")


def only_shows(call: ast.Call, above: ast.AST | None, source: Source) -> bool:
    """Whether a call is a statement of its own that writes its arguments for people."""
    return isinstance(above, ast.Expr) and (source.qualified(call.func) in SHOWS or logs(call))


def shown(parts: Mapping[str, Expression], dag_id: str, task_id: str) -> str:
    """The dict that is shown."""
    own = [f"'dag': {dag_id!r}", f"'task': {task_id!r}"]
    return "{" + ", ".join([*own, *(f"{name!r}: {each.text}" for name, each in parts.items())]) + "}"
