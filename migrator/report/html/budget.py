"""How much of a scan fits into one page; what does not is counted and said."""

import json
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
# Inside a script element `</script` and `<!--` mean something to a browser even within a text.
ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def encode(value: object) -> str:
    """JSON that no HTML parser can mistake for markup, in ASCII."""
    return json.dumps(value, separators=(",", ":")).translate(ESCAPES)


class Strings:
    """Texts that are repeated stand once; the rest of the data refers to them by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.size = 0

    def number(self, text: str) -> int:
        """The number of a text, which is added when it is new."""
        if text not in self._numbers:
            self._numbers[text] = len(self._numbers)
            self.size += len(encode(text)) + 1
        return self._numbers[text]

    def __len__(self) -> int:
        return len(self._numbers)

    def back_to(self, count: int) -> None:
        """Forgets the texts that were added last."""
        while len(self._numbers) > count:
            text, _ = self._numbers.popitem()
            self.size -= len(encode(text)) + 1

    def all(self) -> list[str]:
        """The texts by number."""
        return list(self._numbers)


@dataclass
class Budget:
    """Characters spent so far. Each part of the page has a ceiling, and what it leaves goes to the next."""

    strings: Strings = field(default_factory=Strings)
    written: int = 0
    left_out: list[Json] = field(default_factory=list)

    @property
    def spent(self) -> int:
        """With the texts that are written at the end."""
        return self.written + self.strings.size

    def rows(
        self, what: str, made: Iterable[object], ceiling: int, total: int = 0
    ) -> Generator[str, None, int]:
        """A JSON array of the rows that fit, and how many; after the first that does not, the others are counted."""
        kept, seen, full = 0, 0, False
        yield "["
        for known, row in _with_strings(self.strings, made):
            seen += 1
            text = f",{encode(row)}"
            full = full or self.spent + len(text) > ceiling
            if full:
                self.strings.back_to(known)
                continue
            self.written += len(text)
            yield text if kept else text[1:]
            kept += 1
        yield "]"
        self.miss(what, kept, max(seen, total))
        return kept

    def miss(self, what: str, kept: int, total: int) -> None:
        """Remembers that some of `what` are not in the page."""
        if kept < total:
            self.left_out.append({"what": what, "kept": kept, "total": total})


def _with_strings(strings: Strings, made: Iterable[object]) -> Iterator[tuple[int, object]]:
    """Each row with the number of strings before it was made."""
    rows = iter(made)
    while True:
        known = len(strings)
        try:
            row = next(rows)
        except StopIteration:
            return
        yield known, row
