"""Generators as steps: they run to their end, and what they return is the value."""

from collections.abc import Generator
from typing import TypeVar

import dagster as dg

T = TypeVar("T")


def exhausted(generator: "Generator[object, None, T]") -> T:
    """What a generator returns at its end. What it yields on the way is of no use to anybody, and is told."""
    while True:
        try:
            yielded = next(generator)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # of a generator that returns T
        dg.get_dagster_logger().warning(f"left out: a yielded {type(yielded).__name__}")
