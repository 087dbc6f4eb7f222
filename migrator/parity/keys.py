"""By which columns rows are paired: those that a person named, or the fewest that tell all rows apart."""

import itertools
from dataclasses import dataclass
from typing import Any

from migrator.parity.verdict import How

WIDEST = 3  # columns of an inferred key
TRIES = 60  # combinations that are asked for
CANDIDATES = 5  # of them, how many are compared by how many rows they match
EXACT = (
    100_000  # rows of a table whose columns are profiled exactly; those of larger ones first by an estimate
)
ROUGH = 0.8  # of the rows: below that, an estimate says that a column is no key


@dataclass(frozen=True)
class Key:
    """`unique`: no two rows of a side share it; otherwise equal rows are counted. `said`: for the report.

    `rows`: how many each side has.
    """

    columns: tuple[str, ...]
    unique: bool
    said: str
    rows: tuple[int, int] = (0, 0)


def choose(left: Any, right: Any, columns: list[str], how: How) -> Key:
    """The key of two tables whose columns are v0, v1, ...; names outside are in `columns`."""
    rows = [int(side.count().execute()) for side in (left, right)]
    both = rows[0], rows[1]
    given = tuple(c for c in how.key if c in columns)
    if given:
        unique = _unique_on_both(left, right, _places(columns, given), rows)
        said = f"key {', '.join(given)}" + ("" if unique else ", which is not unique: rows counted")
        return Key(given, unique, said, both)
    found = _infer(left, right, columns, how, rows) if any(rows) else None
    if found:
        return Key(found, True, f"key {', '.join(found)} (inferred)", both)
    exactly = tuple(c for c in columns if c not in how.tolerance)
    return Key(exactly, False, "no key: equal rows counted" if any(rows) else "", both)


def _places(columns: list[str], names: tuple[str, ...]) -> list[str]:
    return [f"v{columns.index(name)}" for name in names]


def _tells_apart(table: Any, places: list[str], rows: int) -> bool:
    """Whether no two rows agree in all these columns; by a hash where there are several, to which a rare clash only
    means that rows are counted."""
    import ibis  # type: ignore[import-untyped]  # it has no types

    if len(places) == 1:
        column = table[places[0]]
        found = table.aggregate(n=column.nunique(), nulls=column.isnull().sum()).to_pyarrow().to_pylist()[0]
        nulls = found["nulls"] or 0
        return nulls <= 1 and int(found["n"]) + int(nulls) == rows
    if rows <= EXACT:
        return int(table.select(*places).distinct().count().execute()) == rows
    return int(ibis.struct({place: table[place] for place in places}).hash().nunique().execute()) == rows


def _infer(left: Any, right: Any, columns: list[str], how: How, rows: list[int]) -> tuple[str, ...] | None:
    """The smallest set of columns that is unique on both sides. Of equally small ones, the one that matches
    most rows: a changed value then shows as a changed cell, and not as one row lost and one gained."""
    able = [
        c
        for c, t in zip(columns, left.schema().types, strict=True)
        if _may_be_key(t) and c not in how.tolerance
    ]
    rough = max(rows) > EXACT
    slack = ROUGH if rough else 1.0
    distinct = [_distinct(side, columns, able, rough=rough) for side in (left, right)]
    tries = 0
    for width in range(1, WIDEST + 1):
        unique: list[tuple[str, ...]] = []
        for names in itertools.combinations(able, width):
            if any(_product(d, names) < n * slack for d, n in zip(distinct, rows, strict=True)):
                continue
            tries += width > 1
            if tries > TRIES or len(unique) == CANDIDATES:
                break
            known = width == 1 and not rough
            if known or _unique_on_both(left, right, _places(columns, names), rows):
                unique.append(names)
        if unique:
            return _best(left, right, columns, unique)
    return None


def _best(left: Any, right: Any, columns: list[str], unique: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The one that matches most rows; the first of those."""
    if len(unique) == 1:
        return unique[0]
    return max(unique, key=lambda names: _matched(left, right, _places(columns, names)))


def _may_be_key(kind: Any) -> bool:
    return not (kind.is_floating() or kind.is_nested() or kind.is_binary())


def _distinct(table: Any, columns: list[str], able: list[str], *, rough: bool) -> dict[str, float]:
    """How many different values each column has; nulls are not counted, so that a key has none."""
    if not able:
        return {}
    places = [table[p] for p in _places(columns, tuple(able))]
    counts = {f"n{i}": (c.approx_nunique() if rough else c.nunique()) for i, c in enumerate(places)}
    nulls = {f"z{i}": c.isnull().any() for i, c in enumerate(places)}
    found = table.aggregate(**counts, **nulls).to_pyarrow().to_pylist()[0]
    return {c: 0 if found[f"z{i}"] else float(found[f"n{i}"]) for i, c in enumerate(able)}


def _product(distinct: dict[str, float], names: tuple[str, ...]) -> float:
    product = 1.0
    for name in names:
        product *= distinct[name]
    return product


def _unique_on_both(left: Any, right: Any, places: list[str], rows: list[int]) -> bool:
    return all(_tells_apart(side, places, n) for side, n in zip((left, right), rows, strict=True))


def _matched(left: Any, right: Any, places: list[str]) -> int:
    return int(left.select(*places).intersect(right.select(*places)).count().execute())
