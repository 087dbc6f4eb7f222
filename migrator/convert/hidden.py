"""Names that the new text of a step needs, and that mean something else where it stands."""

import ast
from collections.abc import Container, Iterable
from functools import lru_cache

from migrator.convert.body import Body
from migrator.convert.problem import Problem
from migrator.convert.source import Source, names_bound, names_in

EVERYWHERE = {"dg": "Dagster", "defs": "its definitions"}


def in_module(imports: Iterable[str], source: Source) -> list[Problem]:
    """Names of these import lines that the file itself gives another meaning."""
    return [
        Problem("DP052", f"`{name}` means something else in this file, and {module} is needed")
        for name, module in _wanted(imports)
        if not _same(name, module, source) or source.bindings()[name]
    ]


def of_every_module(own: Container[str]) -> list[Problem]:
    """Names that each new module needs, and that statements of the file would give another meaning."""
    return [
        Problem("DP052", f"`{name}` means something else in this file, and is {meaning} in the new module")
        for name, meaning in EVERYWHERE.items()
        if name in own
    ]


def in_function(body: Body, function: ast.AST, source: Source) -> list[Problem]:
    """Names that the function gives another meaning, or that it imports below the lines that need them."""
    inside, at_top = (
        set(names_bound(function)),
        {n for line in body.lines for n in names_in(line)},
    )
    return [
        Problem("DP052", f"`{name}` is a name of the function's own, and {module} is needed")
        for name, module in _wanted(body.imports)
        if name in inside
        and (name in at_top or name not in source.imports or not _same(name, module, source))
    ]


def _wanted(imports: Iterable[str]) -> list[tuple[str, str]]:
    return sorted({pair for line in imports for pair in _imported(line)})


@lru_cache(maxsize=200)
def _imported(line: str) -> tuple[tuple[str, str], ...]:
    return tuple(Source(line).imports.items())


def _same(name: str, module: str, source: Source) -> bool:
    return source.imports.get(name, module) == module or source.from_airflow(name)
