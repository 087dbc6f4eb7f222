"""An import of a module of the DAG repository, and how the statement reads at its new place."""

import ast
import re
from collections.abc import Iterator
from dataclasses import field
from typing import Protocol

from migrator.convert.moved import relative
from migrator.convert.source import Edit, Source, Span
from migrator.record import dataclass

LIBRARY = "lib"  # the folder in the new package
MODULE = "defs/module.py"  # where the module of a DAG file is
FROM = re.compile(r"from[ \t]+[\w.]+[ \t]+import[ \t]+(?=[\w(*])")


class Repository(Protocol):
    """The folder that was scanned: `migrator.scan.folder.Folder`."""

    def locate(self, dotted: str, near: str) -> str | None:
        """The path of a module as the file `near` sees it; with `/` at its end, a folder without `__init__.py`."""

    def text(self, path: str) -> str | None:
        """The text of a file."""

    def has(self, path: str) -> bool:
        """Whether there is such a file."""

    def names(self, path: str) -> frozenset[str] | None:
        """The names in a folder; None where there is none."""


@dataclass(frozen=True)
class Imported:
    """One import statement of modules of the repository. `needs`: the files that it loads."""

    node: ast.Import | ast.ImportFrom
    needs: frozenset[str]
    module: str  # as it was written, for people
    target: str = ""  # the path, without its end, of what the new statement imports from
    problem: str = ""
    only: frozenset[str] = frozenset()  # the names that move along, where not all do

    @property
    def names(self) -> list[str]:
        """The names that it binds."""
        return [a.asname or a.name.partition(".")[0] for a in self.node.names]

    def edit(self, source: Source, at: str) -> Edit:
        """The statement as the module at the path `at` of the new package has it."""
        span = source.span(self.node)
        start = f"from {relative(f'{LIBRARY}/{self.target}' if self.target else LIBRARY, at)} import "
        if isinstance(self.node, ast.ImportFrom) and self.only:
            names = [a for a in self.node.names if (a.asname or a.name) in self.only]
            return Edit(span, start + ", ".join(ast.unparse(a) for a in names))
        if isinstance(self.node, ast.ImportFrom):
            if begins := FROM.match(
                source.segment(self.node)
            ):  # the names stay, with the comments among them
                return Edit(Span(span.line, span.column, span.line, span.column + begins.end()), start)
            return Edit(span, start + ", ".join(ast.unparse(a) for a in self.node.names))
        alias = self.node.names[0]
        return Edit(span, start + ast.unparse(ast.alias(alias.name.rpartition(".")[2], alias.asname)))


@dataclass(frozen=True)
class Beside:
    """What a file imports of its repository. `moved`: the statements that change; `stays`: name → why not."""

    moved: tuple[Imported, ...] = ()
    stays: dict[str, str] = field(default_factory=dict)
    everything: tuple[tuple[int, str], ...] = ()  # lines of `import *` of what stays behind, and why


def needed(text: str, at: str) -> Iterator[str]:
    """The paths, without their ends, that a module's text imports from the library and uses."""
    if f".{LIBRARY}" not in text:
        return
    tree = ast.parse(text)
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    depth = len(at.split("/")) - 1
    for node in ast.walk(tree):
        if not (isinstance(node, ast.ImportFrom) and node.level == depth + 1 and node.module):
            continue
        first, *rest = node.module.split(".")
        if first != LIBRARY:
            continue
        for alias in node.names:
            if alias.name == "*" or (alias.asname or alias.name) in read:
                yield "/".join(rest)
                yield "/".join([*rest, alias.name])
