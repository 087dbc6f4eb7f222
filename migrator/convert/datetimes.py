"""Where Airflow gives a pendulum datetime and Dagster a plain one: does the code need more than a plain one has?"""

import ast
from collections.abc import Mapping

from migrator.scan.tree import children, walk

DATETIME_ATTRIBUTES = frozenset(
    [
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "second",
        "microsecond",
        "date",
        "time",
        "timestamp",
        "strftime",
        "isoformat",
        "weekday",
        "isoweekday",
        "isocalendar",
        "replace",
        "tzinfo",
        "utcoffset",
        "timetuple",
        "toordinal",
    ]
)

SAME_KIND = frozenset({"date", "replace", "time"})  # what these return is pendulum's as well


def plain_does(name: str, function: ast.AST) -> bool:
    """Whether a plain datetime does for all that a function does with a parameter."""
    parents = {id(child): node for node in walk(function) for child in children(node)}
    return all(enough(n, parents) for n in walk(function) if isinstance(n, ast.Name) and n.id == name)


def enough(node: ast.AST, parents: Mapping[int, ast.AST]) -> bool:
    """Whether a plain datetime does where an expression of a pendulum datetime stands. `parents` by id of the child."""
    parent = parents.get(id(node))
    if isinstance(parent, ast.Attribute):
        if parent.attr not in SAME_KIND:
            return parent.attr in DATETIME_ATTRIBUTES
        call = parents.get(id(parent))
        return isinstance(call, ast.Call) and enough(call, parents)
    if isinstance(parent, ast.BinOp):
        of_column = isinstance(above := parents.get(id(parent)), ast.Attribute) and above.attr == "dt"
        return of_column or enough(parent, parents)  # pandas' `(date - column).dt`
    if isinstance(parent, ast.FormattedValue):
        spec = parent.format_spec
        if parent.conversion == ord("r"):
            return False
        return spec is None or any("%" in str(v.value) for v in ast.walk(spec) if isinstance(v, ast.Constant))
    return isinstance(parent, (ast.Compare, ast.arg))
