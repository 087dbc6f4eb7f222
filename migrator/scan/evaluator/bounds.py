"""The limits that keep any DAG file from taking the scan down: steps, depth, and the size of values."""

import sys
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from datetime import date, timedelta, tzinfo
from typing import Any

from migrator.scan.evaluator.values import External, Thing

STEPS = 200_000  # evaluated nodes per DAG file
CALL = 20  # steps that a call of a user's function costs by itself
CALLS = 60  # nested calls of the users' functions
TEXT = 1_000_000  # characters of one text
ITEMS = 100_000  # items of one container
BITS = 20_000  # of one integer
NODES = 20_000  # values inside one value
NESTING = 40  # containers inside each other
EXPRESSIONS = 10_000  # in one template: jinja2 takes seconds for so many

SCALARS = (
    str,
    bytes,
    bool,
    int,
    float,
    complex,
    type(None),
    type(...),
    date,
    timedelta,
    tzinfo,
    range,
    slice,
)
PLAIN = frozenset({str, int, float, bool, type(None)})  # what most values are


@contextmanager
def shallow(frames: int) -> Iterator[None]:
    """Calls inside may nest so deeply, and no more; a RecursionError says so."""
    before, here, frame = sys.getrecursionlimit(), 0, sys._getframe()
    while frame.f_back is not None:
        here, frame = here + 1, frame.f_back
    sys.setrecursionlimit(min(before, here + frames))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class OutOfBudget(Exception):
    """A bound was hit; the message says which."""


class Meter:
    """The steps that are left for the file that is being read."""

    def __init__(self) -> None:
        self.left = STEPS

    def reset(self) -> None:
        """Another file."""
        self.left = STEPS

    def spend(self, steps: int = 1) -> None:
        """Work that was done, or is about to be. Raises OutOfBudget."""
        self.left -= steps
        if self.left < 0:
            raise OutOfBudget(f"more than {STEPS} steps")


METER = Meter()  # one file is read at a time


def small(value: object) -> object:
    """The value itself. Raises OutOfBudget when it is larger than any DAG file has a reason for.

    Large values cost steps each time that they are met: what is done with them takes longer.
    """
    if (check := SIZES[value.__class__]) is not None:
        check(value)
    return value


def is_large_template(text: str) -> bool:
    """Whether a template holds more than anybody would write by hand."""
    return len(text) > 4 * EXPRESSIONS and text.count("{{") + text.count("{%") > EXPRESSIONS


def _digits(value: int) -> None:
    if value.bit_length() > BITS:
        raise OutOfBudget("an integer of too many digits")


def _characters(value: str | bytes) -> None:
    size = len(value)
    if size > TEXT:
        raise OutOfBudget("a text of too many characters")
    if size >= 2_000:
        METER.spend(size // 2_000)


def _members(value: Sized) -> None:
    try:
        size = len(value)
    except OverflowError:  # a range may be longer than Python can count
        size = ITEMS + 1
    if size > ITEMS:
        raise OutOfBudget("a container of too many items")
    if size >= 100:
        METER.spend(size // 100)


class _Sizes(dict[type, Callable[[Any], None] | None]):
    """How the size of a value of this class is looked at; None where it has none."""

    def __missing__(self, kind: type) -> Callable[[Any], None] | None:
        rules: tuple[tuple[tuple[type, ...], Callable[[Any], None]], ...] = (
            ((int,), _digits),
            ((str, bytes), _characters),
            ((list, tuple, dict, set, frozenset, range), _members),
        )
        self[kind] = next((rule for kinds, rule in rules if issubclass(kind, kinds)), None)
        return self[kind]


SIZES = _Sizes()


def known(value: object) -> bool:
    """Whether Python itself may compare, hash, sort and print the value: constants all the way down, and not many.

    A list that holds itself, or shares its parts so that it unfolds to billions of values, is not.
    """
    if isinstance(value, SCALARS):
        return True
    left = [NODES]

    def fine(inner: object, depth: int) -> bool:
        left[0] -= 1
        if left[0] < 0 or depth > NESTING:
            return False
        if isinstance(inner, SCALARS):
            return True
        if type(inner) in (list, tuple, set, frozenset):
            return all(fine(i, depth + 1) for i in inner)  # type: ignore[attr-defined]  # one of the four
        if isinstance(inner, dict):
            return all(fine(k, depth + 1) and fine(v, depth + 1) for k, v in inner.items())
        return False

    found = fine(value, 0)
    METER.spend((NODES - left[0]) // 20)
    return found


def hashable(value: object) -> bool:
    """Whether it may be a key of a dict or an item of a set. Tasks, classes and the like are, by identity."""
    return isinstance(value, (Thing, External)) or (known(value) and not _holds_mutable(value))


def _holds_mutable(value: object) -> bool:
    if isinstance(value, (tuple, frozenset)):
        return any(_holds_mutable(v) for v in value)
    return isinstance(value, (list, dict, set))


def same(one: object, other: object) -> bool:
    """Whether two values are surely the same."""
    if one is other:
        return True
    if isinstance(one, External):
        return one == other
    return type(one) is type(other) and known(one) and known(other) and one == other
