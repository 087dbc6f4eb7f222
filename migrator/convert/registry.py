"""How an operator rule is written, found and run.

A rule is a file in `convert/operators/`: a function under `@translates(...)` with its `EXAMPLES`. It takes
the arguments that it knows; what it left over becomes a finding, so that no argument is lost in silence.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from migrator.ir import Value
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.convert.scope import Scope


@dataclass(frozen=True)
class Example:
    """One conversion, as documentation and as a test. `after` is the body of the new function."""

    name: str
    before: str
    after: str
    findings: tuple[str, ...] = ()
    followers: tuple[str, ...] = ()  # tasks right after it


@dataclass(frozen=True)
class Fragment:
    """The body of a new step. `yields`: it yields its output, or nothing when there is nothing to do (a skip)."""

    lines: tuple[str, ...]
    returns: bool = False
    yields: bool = False
    kind: str = "plain"  # or "branch": the value says which of the tasks after it run
    empty: bool = False  # does nothing: may be contracted
    reports: bool = False  # its last line is what an asset tells Dagster; no value of the task


class Args:
    """A task's arguments, which remember what a rule has looked at."""

    def __init__(self, args: Mapping[str, Value]) -> None:
        self._left = dict(args)

    def take(self, name: str) -> Value | None:
        """The value of an argument, or None; it is not left over any more."""
        return self._left.pop(name, None)

    def left(self) -> list[str]:
        """The arguments that nobody has taken."""
        return sorted(self._left)


Rule = Callable[[Args, "Scope"], Fragment | None]
_RULES: dict[str, Rule] = {}


def translates(*operators: str) -> Callable[[Rule], Rule]:
    """Register a rule for the dotted names of operator classes. None as its result: a problem was noted."""

    def register(rule: Rule) -> Rule:
        for operator in operators:
            if operator in _RULES:
                raise ValueError(f"two rules for {operator}")
            _RULES[operator] = rule
        return rule

    return register


@cache
def rules() -> Mapping[str, Rule]:
    """All rules, by dotted class name."""
    package = importlib.import_module("migrator.convert.operators")
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"{package.__name__}.{module}")
    return _RULES
