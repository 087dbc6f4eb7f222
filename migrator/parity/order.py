"""Whether two tables with the same rows have them in the same order; asked only when a person says that it counts."""

from dataclasses import replace
from typing import Any

from migrator.parity.verdict import DIFFERENT, How, Outcome


def judged(found: Outcome, left: Any, right: Any, columns: list[str], how: How) -> Outcome:
    """The outcome, different where a row stands elsewhere; columns with a tolerance do not tell."""
    import ibis  # type: ignore[import-untyped]  # it has no types

    names = list(left.columns)
    one, two = (
        side.mutate(place=ibis.row_number()).rename(
            {f"{mark}_{n}": n for n in names} | {f"{mark}_at": "place"}
        )
        for side, mark in ((left, "l"), (right, "r"))
    )
    exact = [name for name, column in zip(names, columns, strict=True) if column not in how.tolerance]
    if not exact:
        return found
    joined = one.join(two, one["l_at"] == two["r_at"])
    moved = ibis.or_(*(~joined[f"l_{n}"].identical_to(joined[f"r_{n}"]) for n in exact))
    row = joined.aggregate(n=moved.sum(), first=joined["l_at"].min(where=moved)).to_pyarrow().to_pylist()[0]
    if not row["n"]:
        return found
    said = f"the same rows in another order: {row['n']} stand elsewhere, the first is row {row['first'] + 1}"
    return replace(found, verdict=DIFFERENT, detail=f"{found.detail}; {said}", hints=("order of rows",))
