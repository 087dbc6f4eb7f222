"""Checks of tables: each function looks at one kind of rule, and gives the result of an asset check.

    @dg.asset_check(asset=orders, blocking=True)
    def orders_unique(table):
        return unique(table, ["order_id"])

A table is a pandas frame or a list of dicts; any other value fails the check, and the description says why. An empty
cell breaks no rule but `not_null`. The metadata has the number of rows that fail and the first of them, with no more
columns than the rule is about.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dagster as dg
import pandas as pd

SHOWN = 5  # rows of a sample
CELL = 80  # characters of a value in it

Failing = pd.Series
Rule = Callable[[pd.DataFrame], Failing]


class _NoTable(Exception):
    """What is wrong with a value of which rows cannot be checked."""


def unique(value: Any, key: Sequence[str]) -> dg.AssetCheckResult:
    """No two rows have the same key. Rows without one are not counted."""

    def failing(table: pd.DataFrame) -> Failing:
        keys = pd.DataFrame({name: _comparable(table[name]) for name in key}, index=table.index)
        return keys.notna().all(axis=1) & keys.duplicated(keep=False)

    return _result(value, key, failing, "rows whose key others have as well")


def not_null(value: Any, columns: Sequence[str]) -> dg.AssetCheckResult:
    """Each row has a value in each of the columns."""
    return _result(value, columns, lambda table: table.isna().any(axis=1), "rows without a value")


def at_least(value: Any, bounds: Mapping[str, float]) -> dg.AssetCheckResult:
    """Numbers are not below a bound. What is no number fails."""
    return _result(value, list(bounds), lambda t: _outside(t, bounds, 1), "rows below a bound")


def at_most(value: Any, bounds: Mapping[str, float]) -> dg.AssetCheckResult:
    """Numbers are not above a bound. What is no number fails."""
    return _result(value, list(bounds), lambda t: _outside(t, bounds, -1), "rows above a bound")


def accepted(value: Any, values: Mapping[str, Sequence[Any]]) -> dg.AssetCheckResult:
    """Columns have no other values than these."""

    def failing(table: pd.DataFrame) -> Failing:
        found = [
            table[name].notna() & ~table[name].map(list(known).__contains__) for name, known in values.items()
        ]
        return pd.concat(found, axis=1).any(axis=1)

    return _result(value, list(values), failing, "rows with another value")


def references(value: Any, column: str, other: Any, other_column: str) -> dg.AssetCheckResult:
    """Each value of the column is one of the other table's."""

    def failing(table: pd.DataFrame) -> Failing:
        known = _table(other, [other_column], "the other table")[other_column]
        return table[column].notna() & ~_comparable(table[column]).isin(_comparable(known).dropna())

    return _result(value, [column], failing, f"rows whose {column} is no {other_column} of the other table")


def row_count(value: Any, least: int = 0, most: int | None = None) -> dg.AssetCheckResult:
    """There are so many rows."""
    if not isinstance(value, pd.DataFrame | list | tuple):
        return _no_table(f"a {type(value).__name__} has no rows")
    rows = len(value)
    passed = rows >= least and (most is None or rows <= most)
    wanted = f"at least {least}" + ("" if most is None else f" and at most {most}")
    told = None if passed else f"{rows} rows instead of {wanted}"
    return dg.AssetCheckResult(passed=passed, description=told, metadata={"rows": rows})


def _result(value: Any, columns: Sequence[str], rule: Rule, what: str) -> dg.AssetCheckResult:
    try:
        table = _table(value, columns, "the value")
        bad = table[rule(table)] if len(table) else table
    except _NoTable as error:
        return _no_table(str(error))
    metadata: dict[str, Any] = {"rows": len(table), "failing_rows": len(bad)}
    if len(bad):
        metadata["sample"] = dg.MetadataValue.md(_sample(bad))
    told = f"{len(bad)} of {len(table)} {what}" if len(bad) else None
    return dg.AssetCheckResult(passed=not len(bad), description=told, metadata=metadata)


def _no_table(why: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, description=f"cannot be checked: {why}")


def _table(value: Any, columns: Sequence[str], what: str) -> pd.DataFrame:
    """These columns, and the number of each row as the index. Raises _NoTable."""
    if isinstance(value, list | tuple) and all(isinstance(row, Mapping) for row in value):
        table = pd.DataFrame([dict(row) for row in value], dtype=object)
    elif isinstance(value, pd.DataFrame):
        named = [name for name in value.index.names if name in columns and name not in value.columns]
        table = value.reset_index(named) if named else value
    else:
        raise _NoTable(f"{what} is a {type(value).__name__}, and neither a table nor a list of dicts")
    if not len(table) and not len(table.columns):
        return pd.DataFrame(columns=list(columns))
    names = list(table.columns)
    if missing := [name for name in columns if name not in names]:
        raise _NoTable(f"{what} has no column {', '.join(missing)}")
    if twice := [name for name in columns if names.count(name) > 1]:
        raise _NoTable(f"{what} has several columns {', '.join(twice)}")
    return table[list(columns)].reset_index(drop=True)


def _outside(table: pd.DataFrame, bounds: Mapping[str, float], sign: int) -> Failing:
    found = []
    for name, bound in bounds.items():
        column = table[name]
        times = pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column)
        numbers = pd.to_numeric(column.astype(str) if times else column, errors="coerce")
        inside = (numbers >= bound) if sign > 0 else (numbers <= bound)
        found.append(column.notna() & ~inside.fillna(False).astype(bool))
    return pd.concat(found, axis=1).any(axis=1)


def _comparable(column: pd.Series) -> pd.Series:
    """Lists and dicts in cells as text: they have no hash."""
    if column.dtype != object:
        return column
    return column.map(lambda cell: repr(cell) if isinstance(cell, list | dict | set) else cell)


def _sample(rows: pd.DataFrame) -> str:
    """The first rows as a table of Markdown, each with its number."""
    head = rows.head(SHOWN)
    lines = [["row", *map(str, head.columns)], ["---"] * (len(head.columns) + 1)]
    numbered = zip(head.index, head.itertuples(index=False), strict=True)
    lines += [[str(number), *map(_cell, row)] for number, row in numbered]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: Any) -> str:
    text = " ".join(str(value).split())
    return (text if len(text) <= CELL else text[: CELL - 1] + "…").replace("|", "\\|")
