"""The lines of a text that hold one of some words: nothing else of its syntax tree has to be looked at."""

from bisect import bisect_left
from collections.abc import Iterable


class Lines:
    """Line numbers, from 1."""

    def __init__(self, text: str, words: Iterable[str]) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        places: set[int] = set()
        for word in words:
            place = text.find(word)
            while place >= 0:
                places.add(place)
                place = text.find(word, place + len(word))
        self.numbers = _numbers(text, sorted(places))

    def between(self, first: int, last: int) -> bool:
        """Whether one of them is in this range, ends included."""
        at = bisect_left(self.numbers, first)
        return at < len(self.numbers) and self.numbers[at] <= last


def _numbers(text: str, places: list[int]) -> list[int]:
    found: list[int] = []
    line, before = 1, 0
    for place in places:
        line += text.count("\n", before, place)
        before = place
        if not found or found[-1] != line:
            found.append(line)
    return found
