"""By which columns rows are paired: those that a person named, or the fewest that tell all rows apart."""

import itertools
from dataclasses import dataclass
from typing import Any

from migrator.parity.verdict import How

WIDEST = 3  # columns of an inferred key
TRIES = 60  # combinations that are asked for
CANDIDATES = 5  # of them, how many are compared by how many rows they match


@dataclass(frozen=True)
class Key:
    """`unique`: no two rows of a side share it; otherwise equal rows are counted. `said`: for the report."""

    columns: tuple[str, ...]
    unique: bool
    said: str


def choose(left: Any, right: Any, columns: list[str], how: How) -> Key:
    """The key of two tables whose columns are v0, v1, ...; names outside are in `columns`."""
    rows = [int(side.count().execute()) for side in (left, right)]
    given = tuple(c for c in how.key if c in columns)
    if given:
        unique = all(
            _tells_apart(side, _places(columns, given), n)
            for side, n in zip((left, right), rows, strict=True)
        )
        return Key(
            given,
            unique,
            f"key {', '.join(given)}" + ("" if unique else ", which is not unique: rows counted"),
        )
    found = _infer(left, right, columns, how, rows) if any(rows) else None
    if found:
        return Key(found, True, f"key {', '.join(found)} (inferred)")
    exactly = tuple(c for c in columns if c not in how.tolerance)
    return Key(exactly, False, "no key: equal rows counted" if any(rows) else "")


def _places(columns: list[str], names: tuple[str, ...]) -> list[str]:
    return [f"v{columns.index(name)}" for name in names]


def _tells_apart(table: Any, places: list[str], rows: int) -> bool:
    return int(table.select(*places).distinct().count().execute()) == rows


def _infer(left: Any, right: Any, columns: list[str], how: How, rows: list[int]) -> tuple[str, ...] | None:
    """The smallest set of columns that is unique on both sides. Of equally small ones, the one that matches
    most rows: a changed value then shows as a changed cell, and not as one row lost and one gained."""
    able = [
        c
        for c, t in zip(columns, left.schema().types, strict=True)
        if _may_be_key(t) and c not in how.tolerance
    ]
    distinct = [_distinct(side, columns, able) for side in (left, right)]
    tries = 0
    for width in range(1, WIDEST + 1):
        unique = []
        for names in itertools.combinations(able, width):
            if any(_product(d, names) < n for d, n in zip(distinct, rows, strict=True)):
                continue
            tries += width > 1
            if tries > TRIES:
                break
            if width == 1 or _unique_on_both(left, right, _places(columns, names), rows):
                unique.append(names)
        if unique:
            return max(unique[:CANDIDATES], key=lambda names: _matched(left, right, _places(columns, names)))
    return None


def _may_be_key(kind: Any) -> bool:
    return not (kind.is_floating() or kind.is_nested() or kind.is_binary())


def _distinct(table: Any, columns: list[str], able: list[str]) -> dict[str, int]:
    """How many different values each column has; nulls are not counted, so that a key has none."""
    if not able:
        return {}
    found = table.aggregate(
        **{f"n{i}": table[p].nunique() for i, p in enumerate(_places(columns, tuple(able)))}
    )
    return dict(zip(able, found.to_pyarrow().to_pylist()[0].values(), strict=True))


def _product(distinct: dict[str, int], names: tuple[str, ...]) -> int:
    product = 1
    for name in names:
        product *= distinct[name]
    return product


def _unique_on_both(left: Any, right: Any, places: list[str], rows: list[int]) -> bool:
    return all(_tells_apart(side, places, n) for side, n in zip((left, right), rows, strict=True))


def _matched(left: Any, right: Any, places: list[str]) -> int:
    return int(left.select(*places).intersect(right.select(*places)).count().execute())
