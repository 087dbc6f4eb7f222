"""Questions asked of the model alone; one file each, found by its name, with a function `check`."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache

from migrator.findings import Finding, in_order
from migrator.ir import Project

Check = Callable[[Project], Iterator[Finding]]


@cache
def checks() -> list[Check]:
    """All checks, by file name."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    found: list[Check] = [importlib.import_module(f"{__name__}.{name}").check for name in names]
    return found


def run(project: Project) -> list[Finding]:
    """What all checks find."""
    return in_order([finding for check in checks() for finding in check(project)])
