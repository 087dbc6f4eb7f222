"""One row of the benchmark: what was measured, against what, and whether the ratio is what it should be."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.repeated import Text
from scripts.corpora import Corpus

HEAD = f"{'what':<52}{'ours':>12}{'theirs':>13}{'ratio':>10}  {'target':<10}against"


@dataclass(frozen=True)
class Setting:
    """What all parts of a benchmark get. `largest`: files of the largest folder; `rows`: of the largest table."""

    corpora: Sequence[Corpus]
    texts: Sequence[Text]
    scratch: Path
    rounds: int
    largest: int
    rows: int


@dataclass(frozen=True)
class Line:
    """`ours` and `theirs` in the same unit. `most` bounds ours over theirs, where there is a target."""

    what: str
    ours: float
    theirs: float
    against: str
    most: float | None = None
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours over theirs."""
        return self.ours / self.theirs

    @property
    def missed(self) -> bool:
        """Whether the target was missed."""
        return self.most is not None and self.ratio > self.most

    def text(self) -> str:
        """As a row below `HEAD`."""
        target = "" if self.most is None else f"<= {self.most:g}"
        mark = " MISSED" if self.missed else ""
        numbers = f"{self.ours:>9.0f} {self.unit}{self.theirs:>10.0f} {self.unit}{self.ratio:>8.2f} x"
        return f"{self.what:<52}{numbers}  {target:<10}{self.against}{mark}"


def seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """How long one call takes."""
    started = clock()
    work()
    return clock() - started


def compare(
    what: str,
    ours: Callable[[], object],
    against: str,
    theirs: Callable[[], object],
    rounds: int,
    *,
    most: float | None = None,
    clock: Callable[[], float] = time.process_time,
) -> Line:
    """Both in turn, and the least of each: other work on the machine only ever adds. The first round warms caches.

    What happens in this process is measured in processor time. That still grows when others use the same caches.
    """
    warm = int(rounds > 1)
    times = [(seconds(ours, clock), seconds(theirs, clock)) for _ in range(rounds + warm)][warm:]
    least = [min(side) * 1000 for side in zip(*times, strict=True)]
    return Line(what, least[0], least[1], against, most)
