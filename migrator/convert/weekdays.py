"""Names of days in an argument → their numbers, as Airflow reads them: Monday is 1."""

import ast
from typing import TYPE_CHECKING

from migrator.ir import Code, Literal, Sequence, Value

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def numbers(value: Value | None, scope: "Scope") -> tuple[int, ...] | None:
    """The days of `week_day`, in order; None after a problem was noted."""
    items = _items(value)
    found = {_number(item, scope) for item in items}
    if None in found or not found:
        scope.refuse("OP051", "`week_day` is not known")
        return None
    return tuple(sorted(n for n in found if n))


def tested(date: str, days: tuple[int, ...]) -> str:
    """An expression: is the date one of these days?"""
    return f"{date}.isoweekday() {f'== {days[0]}' if len(days) == 1 else f'in {days}'}"


def comment(days: tuple[int, ...]) -> str:
    """Their names, for a person who reads the numbers."""
    return "# " + ", ".join(DAYS[day - 1].capitalize() for day in days)


def _items(value: Value | None) -> list[Value]:
    if isinstance(value, Sequence):
        return list(value.items)
    if isinstance(value, Literal) and isinstance(value.value, (list, tuple, set, frozenset, dict)):
        return [Literal(item) for item in value.value]
    return [] if value is None else [value]


def _number(value: Value, scope: "Scope") -> int | None:
    name = value.value if isinstance(value, Literal) else None
    if isinstance(value, Code):
        try:
            qualified = scope.source.qualified(ast.parse(value.source, mode="eval").body) or ""
        except SyntaxError:
            return None
        module, _, name = qualified.rpartition(".")
        if not module.startswith("airflow.") or not module.endswith(".weekday.WeekDay"):
            return None
    if not isinstance(name, str) or name.upper() not in DAYS:
        return None
    return DAYS.index(name.upper()) + 1
