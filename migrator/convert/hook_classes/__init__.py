"""Hooks that become resources: a file for each, with the methods that its resource has in the same meaning.

To add one, write its class of resource in `runtime/`, and a file here. What a task asks of a hook and no file names
keeps the task in Airflow.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from migrator.record import dataclass


@dataclass(frozen=True)
class HookClass:
    """`names`: the dotted names of the class; `methods`: all that may be asked of it, attributes as well."""

    names: tuple[str, ...]
    resource: str  # the class in the runtime
    module: str  # of the runtime
    by_name: str  # the function there that finds one by the name of its connection
    argument: str  # that names the connection
    usual: str  # the connection where nothing is said
    methods: frozenset[str]
    packages: tuple[str, ...]  # that it imports

    @property
    def line(self) -> str:
        """The import of the class."""
        return f"from ..runtime.{self.module} import {self.resource}"


@dataclass(frozen=True)
class Example:
    """The body of a task's function before and after. `parameter`: what the step is given."""

    name: str
    before: str
    after: str
    parameter: str = ""
    findings: tuple[str, ...] = ()


@cache
def hook_classes() -> Mapping[str, HookClass]:
    """All of them, by dotted name."""
    found: dict[str, HookClass] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        made: HookClass = importlib.import_module(f"{__name__}.{module}").HOOK
        found |= dict.fromkeys(made.names, made)
    return found
