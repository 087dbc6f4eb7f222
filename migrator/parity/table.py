"""Are two tables the same? By key, null-safe, in any order of rows and columns, on any engine that Ibis has.

NaN equals NaN and null equals null, but NaN is not null; pandas itself keeps its NaN as null in Parquet.
Dtypes are judged apart from values: where they differ, numbers are compared as floats and all else as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from migrator.findings.redact import HIDDEN, is_secret, redact
from migrator.parity.keys import Key, choose
from migrator.parity.verdict import DIFFERENT, EQUAL, NOT_COMPARABLE, WITHIN, How, Outcome, RowPair


@dataclass(frozen=True)
class Side:
    """A table whose columns are named c0, c1, ... by position, and what they are called and typed outside."""

    table: Any  # an ibis.Table
    dtypes: Mapping[str, str]

    def named(self, columns: list[str]) -> Any:
        """The table with these columns only, as v0, v1, ..."""
        places = {name: f"c{i}" for i, name in enumerate(self.dtypes)}
        return self.table.select(**{f"v{i}": self.table[places[name]] for i, name in enumerate(columns)})


@dataclass(frozen=True)
class Structure:
    """What two tables are made of: the columns that both have, and how the rest differs."""

    columns: list[str]
    only: tuple[list[str], list[str]]
    dtypes: dict[str, tuple[str, str]]

    def said(self, names: tuple[str, str]) -> list[str]:
        """The differences in words."""
        only = [f"columns only in {n}: {', '.join(c)}" for n, c in zip(names, self.only, strict=True) if c]
        return only + [f"dtype of {c}: {one} | {two}" for c, (one, two) in self.dtypes.items()]


def structure(left: Side, right: Side, how: How) -> Structure:
    """Columns by name; those that the plan ignores are left out."""
    one, two = ([c for c in side.dtypes if c not in how.ignore_columns] for side in (left, right))
    columns = [c for c in one if c in right.dtypes]
    types = {c: (left.dtypes[c], right.dtypes[c]) for c in columns}
    only = [c for c in one if c not in right.dtypes], [c for c in two if c not in left.dtypes]
    return Structure(columns, only, {c: pair for c, pair in types.items() if pair[0] != pair[1]})


def compare(left: Side, right: Side, how: How) -> Outcome:
    """The verdict, with structure, key and counts in words, and the first rows that differ."""
    shape = structure(left, right, how)
    said = shape.said(how.names)
    unknown = [c for c in how.key if c not in left.dtypes and c not in right.dtypes]
    if unknown:
        return Outcome(NOT_COMPARABLE, f"neither table has the key column {', '.join(unknown)}")
    if not shape.columns:
        counts = [side.table.count().execute() for side in (left, right)]
        return Outcome(
            EQUAL if not said and counts[0] == counts[1] else DIFFERENT, "; ".join([*said, _counts(*counts)])
        )
    one, two = left.named(shape.columns), right.named(shape.columns)
    if any(kind.is_unknown() for kind in (*one.schema().types, *two.schema().types)):
        return Outcome(NOT_COMPARABLE, "a column has a type that the engine does not know")
    one, two = _aligned(one, two)
    key = choose(one, two, shape.columns, how)
    counted = _Joined(one, two, shape.columns, key, how).outcome()
    detail = "; ".join([*said, *([counted.detail] if counted.detail else [])])
    return replace(counted, verdict=DIFFERENT if said else counted.verdict, detail=detail)


def _counts(left: int, right: int) -> str:
    return f"{left} rows" if left == right else f"{left} | {right} rows"


def _aligned(left: Any, right: Any) -> tuple[Any, Any]:
    """Both tables with the same types, so that values can be compared where dtypes differ."""
    casts = {name: kind for name in left.columns if (kind := _common(left[name].type(), right[name].type()))}
    if not casts:
        return left, right
    return left.cast(casts), right.cast(casts)


def _common(left: Any, right: Any) -> str | None:
    if left.copy(nullable=True) == right.copy(nullable=True):
        return None
    return "float64" if left.is_numeric() and right.is_numeric() else "string"


class _Joined:
    """Both tables as one: each row beside its counterpart, or beside nulls."""

    def __init__(self, left: Any, right: Any, columns: list[str], key: Key, how: How) -> None:
        self.columns, self.key, self.how = columns, key, how
        self.names = [f"v{i}" for i in range(len(columns))]
        self.keys = [f"v{columns.index(c)}" for c in key.columns]
        self.table = self._join(self._side(left, "l_"), self._side(right, "r_"))

    def _side(self, table: Any, prefix: str) -> Any:
        """Unique rows: of rows with one key the n-th meets the n-th, in the order of the others."""
        import ibis  # type: ignore[import-untyped]  # it has no types

        if self.key.unique:
            numbered = table.mutate(n=ibis.literal(0))
        else:
            rest = [table[name] for name in self.names if name not in self.keys]
            window = ibis.window(
                group_by=[table[k] for k in self.keys], order_by=rest or [table[k] for k in self.keys]
            )
            numbered = table.mutate(n=ibis.row_number().over(window))
        return numbered.rename({prefix + name: name for name in numbered.columns})

    def _join(self, left: Any, right: Any) -> Any:
        on = [left[f"l_{k}"].identical_to(right[f"r_{k}"]) for k in self.keys]
        return left.outer_join(right, [*on, left["l_n"] == right["r_n"]])

    def _differs(self, name: str) -> Any:
        """Whether a cell is not exactly the same."""
        return ~self.table[f"l_{name}"].identical_to(self.table[f"r_{name}"])

    def _beyond(self, name: str) -> Any:
        """Whether a cell differs by more than its column's tolerance."""
        allowed = self.how.tolerance.get(self.columns[int(name[1:])])
        if allowed is None:
            return self._differs(name)
        gap = (_number(self.table[f"l_{name}"]) - _number(self.table[f"r_{name}"])).abs()
        return self._differs(name) & ~(gap <= allowed).fill_null(False)

    def outcome(self) -> Outcome:
        both = self.table["l_n"].notnull() & self.table["r_n"].notnull()
        cells = [name for name in self.names if name not in self.keys]
        found = self.table.aggregate(
            left=self.table["l_n"].notnull().sum(),
            right=self.table["r_n"].notnull().sum(),
            both=both.sum(),
            **{f"differs_{name}": (both & self._differs(name)).sum() for name in cells},
            **{f"beyond_{name}": (both & self._beyond(name)).sum() for name in cells},
        ).to_pyarrow().to_pylist()[0]  # fmt: skip
        count = {name: int(value or 0) for name, value in found.items()}
        changed = {name: count[f"beyond_{name}"] for name in cells if count[f"beyond_{name}"]}
        near = sum(count[f"differs_{name}"] - count[f"beyond_{name}"] for name in cells)
        whole = count["left"] == count["right"] == count["both"]
        verdict = DIFFERENT if changed or not whole else WITHIN if near else EQUAL
        rows = self._rows(cells, both) if verdict == DIFFERENT else ()
        return Outcome(verdict, "; ".join(self._said(count, changed, near)), rows)

    def _said(self, count: dict[str, int], changed: dict[str, int], near: int) -> list[str]:
        said = [_counts(count["left"], count["right"])]
        said += [self.key.said] if self.key.said else []
        for name, total in zip(self.how.names, (count["left"], count["right"]), strict=True):
            said += [f"{total - count['both']} only in {name}"] if total > count["both"] else []
        cells = [f"{self.columns[int(name[1:])]} in {n}" for name, n in changed.items()]
        said += [f"values differ: {', '.join(cells)} of {count['both']} rows"] if cells else []
        return said + ([f"{near} values differ within tolerance"] if near else [])

    def _rows(self, cells: list[str], both: Any) -> tuple[RowPair, ...]:
        """The first rows that differ, in the order of the key."""
        import ibis

        wrong = ~both
        for name in cells:
            wrong = wrong | self._beyond(name)
        marks = {f"x_{name}": self._beyond(name) for name in cells}
        order = [
            ibis.coalesce(self.table[f"l_{name}"], self.table[f"r_{name}"]) for name in [*self.keys, "n"]
        ]
        first = self.table.mutate(**marks).filter(wrong).order_by(order).limit(self.how.rows)
        return tuple(self._pair(row, cells) for row in first.to_pyarrow().to_pylist())

    def _pair(self, row: dict[str, object], cells: list[str]) -> RowPair:
        left, right = (
            {(c := self.columns[int(n[1:])]): _text(c, row[side + n]) for n in self.names}
            if row[f"{side}n"] is not None
            else None
            for side in ("l_", "r_")
        )
        one = left if left is not None else right
        assert one is not None  # an outer join has a row on one side at least
        key = {column: one[column] for column in self.key.columns}
        differing = [self.columns[int(n[1:])] for n in cells if row[f"x_{n}"]] if left and right else []
        return RowPair(key, left, right, tuple(differing))


def _number(column: Any) -> Any:
    """A column to subtract with: whole numbers exactly, text as the number it is, all else as null."""
    kind = column.type()
    if kind.is_integer():
        return column.cast("decimal(38, 0)")
    return column if kind.is_numeric() else column.try_cast("float64")


def _text(column: str, value: object) -> str:
    """A cell for the report, which shows no secrets."""
    if isinstance(value, str):
        return HIDDEN if is_secret(column) else redact(value)
    return "null" if value is None else str(value)
