"""What a comparison can say about one item, and how items are to be compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EQUAL = "equal"
WITHIN = "equal within tolerance"
DIFFERENT = "different"
MISSING = "missing"  # the left side has it, the right side has not
EXTRA = "extra"  # the right side has it, the left side has not
NOT_COMPARABLE = "not comparable"
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
class Outcome:
    """The verdict on one item, the reason in words, and the first rows that differ."""

    verdict: str
    detail: str = ""
    rows: tuple[RowPair, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether it stands in nobody's way. What cannot be compared does."""
        return self.verdict in PASSES


@dataclass(frozen=True)
class How:
    """How two values are compared: exactly, unless a person said otherwise. `names`: the sides."""

    key: tuple[str, ...] = ()
    ignore_columns: frozenset[str] = frozenset()
    tolerance: Mapping[str, float] = field(default_factory=dict)
    rows: int = 10
    names: tuple[str, str] = ("left", "right")
