"""Options that a file of their own holds, for a command with many."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def adding(options: Sequence[Callable[[Function], Function]]) -> Callable[[Function], Function]:
    """A decorator that adds all of them to a command, in their order."""

    def add(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return add
