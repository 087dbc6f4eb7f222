"""What is known of mutants from a run that was cut: they are not run again."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from mutants.outcome import Outcome

Judge = Callable[[], tuple[str, str]]


class Kept:
    """The outcomes in a file, a line for each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[tuple[str, str, str], Outcome] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            known = Outcome(**json.loads(line))
            self._known[known.of, known.kind, known.place] = known

    def outcome(self, of: str, kind: str, place: str, judge: Judge) -> Outcome:
        """The one that is known, or else what `judge` says, which is written down."""
        if (known := self._known.get((of, kind, place))) is not None:
            return known
        verdict, why = judge()
        found = Outcome(of, kind, place, verdict, why)
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(found)) + "\n")
        return found
