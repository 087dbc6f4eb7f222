"""Regular expressions in linear time, for patterns that backtracking could hang on.

The pattern is read by Python's own parser, and run as a set of states at once; what a set becomes with a character is
remembered, so that a second path costs a look-up a character. References back and looking around cannot be done so.
"""

import importlib
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

PARSER: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
MOST = 2000  # states
REMEMBERED = 20_000  # steps
BEGIN = ("AT_BEGINNING", "AT_BEGINNING_STRING")
END = ("AT_END", "AT_END_STRING")
REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
HARMLESS = 2  # repetitions that backtracking may have
CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}

Test = Callable[[str], bool]


class Unsupported(Exception):
    """The pattern needs more than states."""


def compiled(pattern: str, flags: int = 0) -> tuple[re.Pattern[str], Any]:
    """The pattern, and the tree of it. Raises re.error; warnings are for those who write Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return re.compile(pattern, flags), PARSER.parse(pattern, flags)
        except (RecursionError, OverflowError) as error:
            raise re.error(f"too large: {error}") from error


def searcher(pattern: str, *, ascii_only: bool = False) -> Callable[[str], bool]:
    """Whether a pattern is somewhere in a text. Raises re.error, and Unsupported for what could take forever."""
    flags = re.ASCII if ascii_only else 0
    found, tree = compiled(pattern, flags)
    if not _risky(tree):
        return lambda text: found.search(text) is not None
    if found.flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL | re.LOCALE):
        raise Unsupported("it has flags")
    return Automaton(tree, flags).search


def looks_around(pattern: str) -> bool:
    """Whether it looks ahead or behind, or refers back: no engine of linear time has that."""
    return any(name.startswith(("ASSERT", "GROUPREF")) for name, _ in _walk(compiled(pattern)[1]))


def _walk(tree: Any) -> Iterator[tuple[str, Any]]:
    for op, argument in tree:
        yield str(op), argument
        for part in _inside(str(op), argument):
            yield from _walk(part)


def _inside(name: str, argument: Any) -> list[Any]:
    if name in REPEATS:
        return [argument[2]]
    if name == "BRANCH":
        return list(argument[1])
    if name == "SUBPATTERN":
        return [argument[3]]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]
    if name == "GROUPREF_EXISTS":
        return [part for part in argument[1:] if part is not None]
    return [argument] if name == "ATOMIC_GROUP" else []


def _risky(tree: Any) -> bool:
    """Many repetitions, or a choice inside one: what backtracking may take forever for."""
    pieces = list(_walk(tree))
    repeats = [(n, argument) for n, argument in pieces if n in REPEATS]
    inside = (piece for _, argument in repeats if argument[1] > 1 for piece in _walk(argument[2]))
    if any(name == "BRANCH" or _varies(name, argument) for name, argument in inside):
        return True
    choices = sum(_varies(name, argument) for name, argument in pieces)
    looking = any(name.startswith(("ASSERT", "GROUPREF")) for name, _ in pieces)
    return choices > HARMLESS or (looking and choices > 0)


def _varies(name: str, argument: Any) -> bool:
    return name in REPEATS and bool(argument[0] != argument[1])


class Automaton:
    """States are numbers; `_after` says where each leads: by a character, at an end of the text, or freely."""

    def __init__(self, tree: Any, flags: int) -> None:
        self._flags = flags
        self._tests: list[Test | None] = []
        self._after: list[tuple[int, ...]] = []
        self._only: list[str] = []  # "begin" or "end": a free step that is only there at an end of the text
        self._match = self._new()
        self._start = self._sequence(tree, self._match)
        self._steps: dict[tuple[frozenset[int], str, bool], frozenset[int]] = {}

    def search(self, text: str) -> bool:
        """Whether it is somewhere in the text."""
        states = self._closure({self._start}, begin=True, end=not text)
        last = len(text) - 1
        for number, character in enumerate(text):
            if self._match in states:
                return True
            key = (states, character, number == last)
            found = self._steps.get(key)
            if found is None:
                found = self._step(*key)
            states = found
        return self._match in states

    def _step(self, states: frozenset[int], character: str, last: bool) -> frozenset[int]:
        after = {self._start}
        for state in states:
            test = self._tests[state]
            if test is not None and test(character):
                after.update(self._after[state])
        if len(self._steps) >= REMEMBERED:
            self._steps.clear()
        found = self._closure(after, begin=False, end=last)
        self._steps[states, character, last] = found
        return found

    def _closure(self, states: set[int], *, begin: bool, end: bool) -> frozenset[int]:
        found, waiting = set(states), list(states)
        while waiting:
            state = waiting.pop()
            only = self._only[state]
            if self._tests[state] is None and (not only or (begin if only == "begin" else end)):
                new = [after for after in self._after[state] if after not in found]
                found.update(new)
                waiting += new
        return frozenset(found)

    def _new(self, *after: int, test: Test | None = None, only: str = "") -> int:
        if len(self._tests) >= MOST:
            raise Unsupported("too large")
        self._tests.append(test)
        self._after.append(after)
        self._only.append(only)
        return len(self._tests) - 1

    def _sequence(self, tree: Any, after: int) -> int:
        for op, argument in reversed(list(tree)):
            after = self._piece(str(op), argument, after)
        return after

    def _piece(self, name: str, argument: Any, after: int) -> int:
        if name == "SUBPATTERN":
            if argument[1] or argument[2]:
                raise Unsupported("flags inside")
            return self._sequence(argument[3], after)
        if name == "BRANCH":
            return self._new(*(self._sequence(branch, after) for branch in argument[1]))
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = argument
            return self._repeat(least, most, inner, after)
        if name == "AT" and str(argument) in (*BEGIN, *END):
            return self._new(after, only="begin" if str(argument) in BEGIN else "end")
        return self._new(after, test=self._test(name, argument))

    def _repeat(self, least: int, most: int, tree: Any, after: int) -> int:
        if most == PARSER.MAXREPEAT:
            loop = self._new(after)
            self._after[loop] = (self._sequence(tree, loop), after)
            after = loop
        else:
            end = after
            for _ in range(most - least):
                after = self._new(self._sequence(tree, after), end)
        for _ in range(least):
            after = self._sequence(tree, after)
        return after

    def _test(self, name: str, argument: Any) -> Test:
        """Whether one character is what a piece of a pattern stands for."""
        if name == "ANY":
            return lambda character: character != "\n"
        if name == "LITERAL":
            return chr(argument).__eq__
        if name == "NOT_LITERAL":
            return chr(argument).__ne__
        if name == "RANGE":
            return lambda character: argument[0] <= ord(character) <= argument[1]
        if name == "CATEGORY":
            return self._category(str(argument))
        if name == "IN":
            negated = str(argument[0][0]) == "NEGATE"
            tests = [self._test(str(op), a) for op, a in argument if str(op) != "NEGATE"]
            return lambda character: any(test(character) for test in tests) != negated
        raise Unsupported(name)

    def _category(self, name: str) -> Test:
        negated = "_NOT_" in name
        pattern = re.compile(CATEGORIES[name.rsplit("_", 1)[-1]], self._flags)
        return lambda character: bool(pattern.match(character)) != negated
