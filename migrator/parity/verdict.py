"""What a comparison can say about one item, and how items are to be compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from migrator.parity.tolerance import Tolerance

EQUAL = "equal"
WITHIN = "equal within tolerance"
DIFFERENT = "different"
MISSING = "missing"  # the left side has it, the right side has not
EXTRA = "extra"  # the right side has it, the left side has not
NOT_COMPARABLE = "not comparable"
NONDETERMINISTIC = "nondeterministic"  # a side differs from itself: no pass, and no difference of the two
LEFT_OUT = "left out"  # by the plan or by a rule that is named; neither a pass nor a failure

PASSES = frozenset({EQUAL, WITHIN, LEFT_OUT})


@dataclass(frozen=True)
class RowPair:
    """A row that differs: its key, both sides' values as text (None: no such row), the cells that differ."""

    key: Mapping[str, str]
    left: Mapping[str, str] | None
    right: Mapping[str, str] | None
    differing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """Rows of a table: on both sides and equal (or near enough), on both and different, on one side only."""

    equal: int
    different: int
    missing: int
    extra: int


@dataclass(frozen=True)
class ColumnStats:
    """One column over the rows that both sides have. `within`: not equal, but near enough. Largest gaps as floats."""

    name: str
    equal: int
    different: int
    within: int = 0
    most: float | None = None
    most_relative: float | None = None


@dataclass(frozen=True)
class Outcome:
    """The verdict on one item, the reason in words, and for tables what differs: counts, columns, causes, rows."""

    verdict: str
    detail: str = ""
    rows: tuple[RowPair, ...] = ()
    counts: Counts | None = None
    columns: tuple[ColumnStats, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether it stands in nobody's way. What cannot be compared does."""
        return self.verdict in PASSES


@dataclass(frozen=True)
class How:
    """How two values are compared: exactly, unless a person said otherwise.

    `names`: the sides. `rename`: what the right side calls a column of the left. `ordered`: whether the order of
    rows and columns counts. `memory`: what the engine may use before it writes to disk.
    """

    key: tuple[str, ...] = ()
    ignore_columns: frozenset[str] = frozenset()
    tolerance: Mapping[str, float | Tolerance] = field(default_factory=dict)
    rows: int = 10
    names: tuple[str, str] = ("left", "right")
    rename: Mapping[str, str] = field(default_factory=dict)
    ordered: bool = False
    memory: str = "2GB"

    def allowed(self, column: str) -> Tolerance | None:
        """The tolerance of a column; a bare number is absolute."""
        found = self.tolerance.get(column)
        return Tolerance(absolute=found) if isinstance(found, int | float) else found
