"""What imported names mean to the scanner: each is matched as imported, never by how a file spells it."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.scan.evaluator.interpreter import Interpreter
    from migrator.scan.evaluator.values import Call

Meaning = Callable[["Interpreter", "Call"], object]
CALLS: dict[str, Meaning] = {}
VALUES: dict[str, object] = {}  # names that are worth something without being called


def means(*names: str) -> Callable[[Meaning], Meaning]:
    """Registers what a call of these imported names does. A name that is taken is an error."""

    def register(meaning: Meaning) -> Meaning:
        for name in names:
            if name in CALLS:
                raise ValueError(f"{name} has two meanings")
            CALLS[name] = meaning
        return meaning

    return register


@cache
def load() -> None:
    """Imports all that registers here: `constructs`, `library`, and the evaluator's own parts."""
    for package in ("migrator.scan.evaluator", "migrator.scan.library", "migrator.scan.constructs"):
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            importlib.import_module(f"{package}.{module.name}")
