"""The rows of two tables that have no exact twin on the other side: most often few, and all that is looked at closely.

Each row becomes two 64-bit hashes over all its cells. Rows cancel out by them, as often as they are there, so that a
table larger than memory costs 16 bytes a row, and what does not fit goes to disk. Equal cells have equal hashes (NaN
and NaN, 0.0 and -0.0, null and null); that two rows differ and both hashes agree has a chance below 1e-22
for 10**8 rows.
"""

from typing import Any

from migrator.parity.keys import Key
from migrator.record import dataclass

SMALL = 10_000  # rows of a table with a unique key that is joined as it is
SALT = "the other hash"


@dataclass(frozen=True)
class Residue:
    """`equal`: how many rows of each side cancelled out."""

    left: Any
    right: Any
    equal: int


def of(left: Any, right: Any, key: Key, *, tolerant: bool) -> Residue:
    """The rest of both tables. Rows that a tolerance may pair with others than their twins all stay."""
    largest = max(key.rows, default=0)
    if (key.unique and largest <= SMALL) or (tolerant and not key.unique):
        return Residue(left, right, 0)
    names = list(left.columns)
    one, two = (side.mutate(**_hashes(side, names)) for side in (left, right))
    only = _unique(one, two) if key.unique else _counted(one, two)
    found = _kept(only)
    rest = [_kept(_rows(side, found, mark, key.unique, names)) for side, mark in ((one, "l"), (two, "r"))]
    return Residue(rest[0], rest[1], key.rows[0] - int(rest[0].count().execute()))


def _kept(found: Any) -> Any:
    """The rows as a table of the engine, for as long as its connection lasts."""
    import ibis  # type: ignore[import-untyped]  # it has no types

    return found.get_backend().create_table(ibis.util.gen_name("rest"), found, temp=True)


def _hashes(table: Any, names: list[str]) -> dict[str, Any]:
    import ibis

    cells = {name: table[name] for name in names}
    backwards = {"salt": ibis.literal(SALT), **{name: table[name] for name in reversed(names)}}
    return {"h": ibis.struct(cells).hash(), "g": ibis.struct(backwards).hash()}


def _unique(left: Any, right: Any) -> Any:
    """Rows, each of which is there once: those that only one side has."""
    import ibis

    one = left.select(lh="h", lg="g", l=ibis.literal(1))
    two = right.select(rh="h", rg="g", r=ibis.literal(1))
    joined = one.outer_join(two, [one["lh"] == two["rh"], one["lg"] == two["rg"]])
    return joined.filter(joined["l"].isnull() | joined["r"].isnull())


def _counted(left: Any, right: Any) -> Any:
    """Rows that may repeat: by how many a side has more."""
    one = left.group_by(lh=left["h"], lg=left["g"]).aggregate(ln=lambda t: t.count())
    two = right.group_by(rh=right["h"], rg=right["g"]).aggregate(rn=lambda t: t.count())
    joined = one.outer_join(two, [one["lh"] == two["rh"], one["lg"] == two["rg"]])
    more = joined["ln"].fill_null(0) - joined["rn"].fill_null(0)
    return joined.mutate(l=more, r=-more).filter(more != 0)


def _rows(side: Any, only: Any, mark: str, unique: bool, names: list[str]) -> Any:
    """The rows themselves; of those that repeat, as many as the side has more."""
    import ibis

    wanted = only.filter(only[mark] > 0).select(xh=f"{mark}h", xg=f"{mark}g", more=mark)
    same = [side["h"] == wanted["xh"], side["g"] == wanted["xg"]]
    if unique:
        return side.semi_join(wanted, same).select(*names)
    found = side.join(wanted, same)
    place = ibis.row_number().over(group_by=[found["h"], found["g"]])
    return found.mutate(place=place).filter(lambda t: t["place"] < t["more"]).select(*names)
