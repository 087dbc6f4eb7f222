"""Are two tables the same? By key, null-safe, in any order of rows and columns, on any engine that Ibis has.

NaN equals NaN and null equals null, but NaN is not null; pandas itself keeps its NaN as null in Parquet.
Dtypes are judged apart from values: where they differ, values are compared in a type that holds both, or as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from migrator.parity import order, residue
from migrator.parity.joined import Joined
from migrator.parity.keys import Key, choose
from migrator.parity.verdict import DIFFERENT, EQUAL, NOT_COMPARABLE, How, Outcome

TEXT = "string"


@dataclass(frozen=True)
class Side:
    """A table whose columns are named c0, c1, ... by position, and what they are called and typed outside.

    `about`: what its library knows of it besides, such as which columns are its index.
    """

    table: Any  # an ibis.Table
    dtypes: Mapping[str, str]
    about: Mapping[str, str] = field(default_factory=dict)

    def named(self, columns: list[str]) -> Any:
        """The table with these columns only, as v0, v1, ..."""
        places = {name: f"c{i}" for i, name in enumerate(self.dtypes)}
        return self.table.select(**{f"v{i}": self.table[places[name]] for i, name in enumerate(columns)})

    def renamed(self, names: Mapping[str, str]) -> "Side":
        """The table with other names outside, old to new. A name that is taken stays with whom has it."""
        new = [names.get(column, column) for column in self.dtypes]
        if len(set(new)) < len(new):
            return self
        return replace(self, dtypes=dict(zip(new, self.dtypes.values(), strict=True)))


@dataclass(frozen=True)
class Structure:
    """What two tables are made of: the columns that both have, and how the rest differs."""

    columns: list[str]
    only: tuple[list[str], list[str]]
    dtypes: dict[str, tuple[str, str]]
    reordered: bool = False
    about: tuple[str, ...] = ()

    def said(self, names: tuple[str, str]) -> list[str]:
        """The differences in words."""
        only = [f"columns only in {n}: {', '.join(c)}" for n, c in zip(names, self.only, strict=True) if c]
        order = ["columns in another order"] if self.reordered else []
        types = [f"dtype of {c}: {one} | {two}" for c, (one, two) in self.dtypes.items()]
        return [*only, *order, *types, *self.about]


def structure(left: Side, right: Side, how: How) -> Structure:
    """Columns by name; those that the plan ignores are left out."""
    one, two = ([c for c in side.dtypes if c not in how.ignore_columns] for side in (left, right))
    columns = [c for c in one if c in right.dtypes]
    types = {c: (left.dtypes[c], right.dtypes[c]) for c in columns}
    only = [c for c in one if c not in right.dtypes], [c for c in two if c not in left.dtypes]
    reordered = how.ordered and columns != [c for c in two if c in left.dtypes]
    kinds = sorted({*left.about, *right.about} - {f"categories of {c}" for c in how.ignore_columns})
    facts = [(kind, left.about.get(kind, "none"), right.about.get(kind, "none")) for kind in kinds]
    about = tuple(f"{kind}: {one} | {two}" for kind, one, two in facts if one != two)
    changed = {c: pair for c, pair in types.items() if pair[0] != pair[1]}
    return Structure(columns, only, changed, reordered, about)


def compare(left: Side, right: Side, how: How, *, elsewhere: int = 0) -> Outcome:
    """The verdict, with structure, key and counts in words, and the first rows that differ.

    `elsewhere`: equal rows of both sides that were not read.
    """
    right = right.renamed({new: old for old, new in how.rename.items() if old not in right.dtypes})
    shape = structure(left, right, how)
    said = shape.said(how.names)
    known = left.dtypes.keys() | right.dtypes.keys()
    if known and (lost := [column for column in how.key if column not in known]):
        return Outcome(NOT_COMPARABLE, f"neither table has the key column {', '.join(lost)}")
    if not shape.columns:
        counts = [side.table.count().execute() for side in (left, right)]
        same = not said and counts[0] == counts[1]
        return Outcome(EQUAL if same else DIFFERENT, "; ".join([*said, _counts(*counts)]))
    one, two = left.named(shape.columns), right.named(shape.columns)
    if any(kind.is_unknown() for kind in (*one.schema().types, *two.schema().types)):
        return Outcome(NOT_COMPARABLE, "a column has a type that the engine does not know")
    one, two = aligned(one, two)
    key = choose(one, two, shape.columns, how)
    found = _rows(one, two, shape.columns, key, how, elsewhere)
    detail = "; ".join([*said, *([found.detail] if found.detail else [])])
    return replace(found, verdict=DIFFERENT if said else found.verdict, detail=detail)


def _rows(left: Any, right: Any, columns: list[str], key: Key, how: How, elsewhere: int) -> Outcome:
    rest = residue.of(left, right, key, tolerant=bool(how.tolerance))
    found = Joined(rest.left, rest.right, columns, key, how, rest.equal + elsewhere).outcome()
    return order.judged(found, left, right, columns, how) if how.ordered and found.passes else found


def _counts(left: int, right: int) -> str:
    return f"{left} rows" if left == right else f"{left} | {right} rows"


def aligned(left: Any, right: Any) -> tuple[Any, Any]:
    """Both tables with the same types, so that values can be compared where dtypes differ."""
    casts = {name: kind for name in left.columns if (kind := _common(left[name].type(), right[name].type()))}
    if not casts:
        return left, right
    one, two = (
        side.mutate(**{c: _as(side[c], kind, other[c].type()) for c, kind in casts.items()})
        for side, other in ((left, right), (right, left))
    )
    return one, two


def _common(left: Any, right: Any) -> str | None:
    """The type that holds the values of both; whole numbers and decimals to the last digit."""
    if left.copy(nullable=True) == right.copy(nullable=True):
        return None
    if left.is_integer() and right.is_integer():
        return "decimal(38, 0)" if left.is_unsigned_integer() or right.is_unsigned_integer() else "int64"
    if left.is_numeric() and right.is_numeric():
        return _decimal(left, right) or "float64"
    if left.is_timestamp() and right.is_timestamp():
        return f"timestamp({max(left.scale or 6, right.scale or 6)})"
    return TEXT


def _decimal(left: Any, right: Any) -> str | None:
    """A decimal type for two numbers, of which one is decimal and none a float."""
    if left.is_floating() or right.is_floating() or left.is_boolean() or right.is_boolean():
        return None
    scale = max(getattr(left, "scale", 0) or 0, getattr(right, "scale", 0) or 0)
    whole = max((kind.precision - kind.scale) if kind.is_decimal() else 20 for kind in (left, right))
    return f"decimal({whole + scale}, {scale})" if whole + scale <= 38 else None


def _as(column: Any, kind: str, other: Any) -> Any:
    """The column in the common type. A text beside times is read as a time where it is one."""
    if kind != TEXT or not column.type().is_string() or not (other.is_timestamp() or other.is_date()):
        return column.cast(kind)
    return column.try_cast(other.copy(nullable=True)).cast(TEXT).coalesce(column)
