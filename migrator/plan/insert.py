"""Puts entries into a YAML text, and leaves every other character as it is.

A new entry stands in its alphabetical place where the keys are sorted, else at the end. Nothing is reformatted: the
caller reads the result back and compares the data.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from migrator.plan.tree import Node
from migrator.record import dataclass

Value: TypeAlias = "str | Mapping[str, Value]"
SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
WORDS = frozenset(
    ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
)  # older parsers read them as values
LINE_END = re.compile(r"\r\n|\n|\r")
BLANKS = " \t"


@dataclass(frozen=True)
class Item:
    """One entry to add."""

    key: str
    value: Value
    comment: str = ""


@dataclass(frozen=True)
class Edit:
    """What replaces the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def quoted(text: str) -> str:
    """A key or text as YAML: plain where every parser reads it as text, else in double quotes."""
    if SAFE.match(text) and text.lower() not in WORDS:
        return text
    told = json.dumps(text, ensure_ascii=False)
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in told
    )


def lines(items: Sequence[Item], indent: int) -> list[str]:
    """The entries in block style, without line ends."""
    made = []
    for item in items:
        nested = isinstance(item.value, Mapping) and bool(item.value)
        head = f"{' ' * indent}{quoted(item.key)}:"
        tail = "" if nested else f" {_inline(item.value)}"
        made.append(head + tail + (f"  # {item.comment}" if item.comment else ""))
        if isinstance(item.value, Mapping):
            made += lines([Item(k, v) for k, v in item.value.items()], indent + 2)
    return made


def _inline(value: Value) -> str:
    if isinstance(value, str):
        return quoted(value)
    return "{" + ", ".join(_pair(k, v) for k, v in value.items()) + "}"


def _pair(key: str, value: Value) -> str:
    return f"{quoted(key)}: {_inline(value)}"


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text after all edits; those of one place keep their order."""
    made, at = [], 0
    for edit in sorted(edits, key=lambda e: e.start):
        made += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    return "".join([*made, text[at:]])


class Insertion:
    """Finds the places in one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = LINE_END.search(text)
        self.newline = found[0] if found else "\n"

    def into(self, parent: Node, name: str, items: Sequence[Item]) -> list[Edit]:
        """Edits that add entries to the value of a key of a mapping. Raises KeyError."""
        key, value = (parent.keys or {})[name]
        if value.kind == "mapping" and value.pairs:
            return self.beside(value, items)
        if parent.flow or value.marked:
            return self._replaced(value, "{" + self._pairs(items) + "}")
        blank = value.start
        while self.text[blank - 1] in BLANKS:
            blank -= 1
        edits = [] if value.start == value.end else [Edit(blank, value.end, "")]
        place = self._line_after(max(value.end, key.end))
        return [*edits, self._block(place, lines(items, self._column(parent) + 2))]

    def at_end(self, made: Sequence[str]) -> Edit:
        """Whole lines behind all that is there."""
        return self._block(len(self.text), made)

    def _replaced(self, value: Node, text: str) -> list[Edit]:
        if value.kind == "mapping":
            return [Edit(value.end - 1, value.end - 1, text[1:-1])]
        space = "" if value.start != value.end or self.text[value.start - 1] in BLANKS else " "
        return [Edit(value.start, value.end, space + text)]

    def beside(self, node: Node, items: Sequence[Item], *, last: bool = False) -> list[Edit]:
        """Edits that add entries to a mapping that has some; in their place, or last."""
        if node.flow:
            return self._in_flow(node, items)
        keys = [key.text for key, _ in node.pairs]
        column = self._column(node)
        last = last or keys != sorted(keys)
        edits = []
        for item in sorted(items, key=lambda i: i.key):
            before = len(keys) if last else bisect_left(keys, item.key)
            place = self._place(node, before, column)
            edits.append(self._block(place, lines([item], column)))
        return edits

    def _in_flow(self, node: Node, items: Sequence[Item]) -> list[Edit]:
        """After the line of the bracket where entries stand on lines of their own, else behind the last entry."""
        first, last = node.pairs[0][0], node.pairs[-1]
        opening = self._line_after(node.start)
        if opening <= first.start and not self.text[opening : first.start].strip():
            indent = self.text[opening : first.start].split("\n")[-1]
            text = "".join(f"{indent}{_pair(i.key, i.value)},{self.newline}" for i in items)
            return [Edit(opening, opening, text)]
        end = max(node.end for node in last)
        return [Edit(end, end, ", " + self._pairs(items))]

    @staticmethod
    def _pairs(items: Sequence[Item]) -> str:
        return ", ".join(_pair(i.key, i.value) for i in items)

    def _column(self, node: Node) -> int:
        """Where the keys of a block mapping begin; a `?` in front of one counts."""
        key = node.pairs[0][0]
        start = max(self.text.rfind("\n", 0, key.start), self.text.rfind("\r", 0, key.start)) + 1
        written = self.text[start : key.start]
        return len(written) - len(written.lstrip(" ")) if written.strip() == "?" else key.column

    def _place(self, node: Node, before: int, column: int) -> int:
        """Where a line can be put in front of the entry of that number."""
        if before == 0:
            return self._top(node)
        end = max(part.end for part in node.pairs[before - 1])
        place = end if end and self.text[end - 1] in "\r\n" else self._line_after(end)
        return self._past_comments(place, column if before == len(node.pairs) else column + 1)

    def _top(self, node: Node) -> int:
        """In front of the first entry and of the comment right above it."""
        place = self._line_start(node.pairs[0][0].start)
        while place > 0:
            above = self._line_start(place - 1 - (self.text[place - 2 : place] == "\r\n"))
            if not self.text[above:place].lstrip().startswith("#"):
                break
            place = above
        return place

    def _past_comments(self, place: int, column: int) -> int:
        """Comments that are indented at least so far belong to what stands above them."""
        found = at = place
        while at < len(self.text):
            after = self._line_after(at)
            line = self.text[at:after]
            if line.strip() and not line.lstrip(BLANKS).startswith("#"):
                break
            if line.strip() and len(line) - len(line.lstrip(BLANKS)) < column:
                break
            at = after
            found = at if line.strip() else found
        return found

    def _line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def _line_after(self, at: int) -> int:
        found = LINE_END.search(self.text, at)
        return found.end() if found else len(self.text)

    def _block(self, place: int, made: Sequence[str]) -> Edit:
        """Whole lines; where the last line of the text has no end, it gets one."""
        fresh = place == 0 or self.text[place - 1] in "\r\n"
        text = "".join(line + self.newline for line in made)
        return Edit(place, place, text if fresh else self.newline + text.removesuffix(self.newline))
