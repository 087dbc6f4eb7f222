"""Two tables as one: each row beside its counterpart, or beside nulls; what differs is counted, shown and explained."""

from typing import Any

from migrator.findings.redact import HIDDEN, is_secret, redact
from migrator.parity import hints
from migrator.parity.keys import Key
from migrator.parity.verdict import DIFFERENT, EQUAL, WITHIN, ColumnStats, Counts, How, Outcome, RowPair


class Joined:
    """`equal`: rows of each side that have cancelled out before."""

    def __init__(self, left: Any, right: Any, columns: list[str], key: Key, how: How, equal: int = 0) -> None:
        self.columns, self.key, self.how, self.equal = columns, key, how, equal
        self.names = [f"v{i}" for i in range(len(columns))]
        self.keys = [f"v{columns.index(c)}" for c in key.columns]
        self.cells = [name for name in self.names if name not in self.keys]
        self.table = self._join(self._side(left, "l_"), self._side(right, "r_"))
        self.both = self.table["l_n"].notnull() & self.table["r_n"].notnull()

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

    def beyond(self, name: str) -> Any:
        """Whether a cell differs by more than its column's tolerance."""
        allowed = self.how.allowed(self.columns[int(name[1:])])
        differs = self._differs(name)
        if allowed is None:
            return differs
        one, two = number(self.table[f"l_{name}"]), number(self.table[f"r_{name}"])
        return differs if one is None or two is None else differs & ~allowed.covers(one, two)

    def _any_beyond(self) -> Any:
        import ibis

        return ibis.or_(*(self.beyond(name) for name in self.cells)) if self.cells else ibis.literal(False)

    def outcome(self) -> Outcome:
        """The verdict, and if it is no pass, why."""
        found = self.table.aggregate(
            left=self.table["l_n"].notnull().sum(),
            right=self.table["r_n"].notnull().sum(),
            both=self.both.sum(),
            wrong=(self.both & self._any_beyond()).sum(),
            **{f"differs_{name}": (self.both & self._differs(name)).sum() for name in self.cells},
            **{f"beyond_{name}": (self.both & self.beyond(name)).sum() for name in self.cells},
        ).to_pyarrow().to_pylist()[0]  # fmt: skip
        count = {name: int(value or 0) for name, value in found.items()}
        paired = count["both"] + self.equal
        changed = {name: count[f"beyond_{name}"] for name in self.cells if count[f"beyond_{name}"]}
        near = {name: count[f"differs_{name}"] - count[f"beyond_{name}"] for name in self.cells}
        missing, extra = count["left"] - count["both"], count["right"] - count["both"]
        verdict = DIFFERENT if changed or missing or extra else WITHIN if any(near.values()) else EQUAL
        counts = Counts(paired - count["wrong"], count["wrong"], missing, extra)
        said = self._said(counts, changed, near, paired)
        if verdict == EQUAL:
            return Outcome(verdict, said, counts=counts)
        columns = self._columns(changed, near, paired)
        causes = hints.causes(self, list(changed), missing, extra) if verdict == DIFFERENT else ()
        rows = self._rows() if verdict == DIFFERENT else ()
        return Outcome(verdict, said, rows, counts, columns, causes)

    def _said(self, counts: Counts, changed: dict[str, int], near: dict[str, int], paired: int) -> str:
        left, right = paired + counts.missing, paired + counts.extra
        said = [f"{left} rows" if left == right else f"{left} | {right} rows"]
        said += [self.key.said] if self.key.said else []
        for name, total in zip(self.how.names, (counts.missing, counts.extra), strict=True):
            said += [f"{total} only in {name}"] if total else []
        cells = [f"{self.columns[int(name[1:])]} in {n}" for name, n in changed.items()]
        said += [f"values differ: {', '.join(cells)} of {paired} rows"] if cells else []
        close = sum(near.values())
        return "; ".join(said + ([f"{close} values differ within tolerance"] if close else []))

    def _columns(self, changed: dict[str, int], near: dict[str, int], paired: int) -> tuple[ColumnStats, ...]:
        """Statistics of the columns in which something differs."""
        names = [name for name in self.cells if name in changed or near[name]]
        gaps = self._gaps(names)
        return tuple(
            ColumnStats(
                self.columns[int(name[1:])],
                paired - changed.get(name, 0) - near[name],
                changed.get(name, 0),
                near[name],
                gaps.get(f"most_{name}"),
                gaps.get(f"relative_{name}"),
            )
            for name in names
        )

    def _gaps(self, names: list[str]) -> dict[str, float]:
        """The largest distances, absolute and relative to the larger one, of numbers that are not infinite."""
        import ibis

        asked = {}
        for name in names:
            one, two = (self.table[side + name] for side in ("l_", "r_"))
            if not one.type().is_numeric() or not two.type().is_numeric():
                continue
            one, two = one.cast("float64"), two.cast("float64")
            gap, larger = (one - two).abs(), ibis.greatest(one.abs(), two.abs())
            finite = self.both & ~(gap.isnan() | gap.isinf())
            asked[f"most_{name}"] = gap.max(where=finite)
            asked[f"relative_{name}"] = (gap / larger.nullif(0)).max(where=finite)
        if not asked:
            return {}
        found = self.table.aggregate(**asked).to_pyarrow().to_pylist()[0]
        return {name: float(value) for name, value in found.items() if value is not None}

    def _rows(self) -> tuple[RowPair, ...]:
        """The first rows that differ, in the order of the key."""
        import ibis

        marks = {f"x_{name}": self.beyond(name) for name in self.cells}
        order = [
            ibis.coalesce(self.table[f"l_{name}"], self.table[f"r_{name}"]) for name in [*self.keys, "n"]
        ]
        wrong = self.table.mutate(**marks).filter(~self.both | self._any_beyond())
        first = wrong.order_by(order).limit(self.how.rows)
        return tuple(self._pair(row) for row in first.to_pyarrow().to_pylist())

    def _pair(self, row: dict[str, object]) -> RowPair:
        left, right = (
            {(c := self.columns[int(n[1:])]): _text(c, row[side + n]) for n in self.names}
            if row[f"{side}n"] is not None
            else None
            for side in ("l_", "r_")
        )
        one = left if left is not None else right
        assert one is not None  # an outer join has a row on one side at least
        key = {column: one[column] for column in self.key.columns}
        differing = [self.columns[int(n[1:])] for n in self.cells if row[f"x_{n}"]] if left and right else []
        return RowPair(key, left, right, tuple(differing))


def number(column: Any) -> Any | None:
    """A column to subtract with: a number, or text as the number it is; None where it is neither."""
    kind = column.type()
    if kind.is_numeric() and not kind.is_boolean():
        return column
    return column.try_cast("float64") if kind.is_string() else None


def _text(column: str, value: object) -> str:
    """A cell for the report, which shows no secrets."""
    if isinstance(value, str):
        return HIDDEN if is_secret(column) else redact(value)
    return "null" if value is None else str(value)
