"""Where Airflow gives a pendulum datetime and Dagster a plain one: does the code need more than a plain one has?"""

import ast

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


def enough(name: ast.Name, parent: ast.AST | None) -> bool:
    """Whether a plain datetime does where a name of a pendulum datetime stands."""
    if isinstance(parent, ast.Attribute):
        return parent.attr in DATETIME_ATTRIBUTES
    return isinstance(parent, ast.Compare | ast.BinOp | ast.FormattedValue | ast.arg)
