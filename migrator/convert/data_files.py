"""Files that DAGs read beside themselves, by `__file__`: they move along, to their place in `lib/`.

Which ones is told by the texts of the module: each that names a file or folder there, or a pattern of names.
"""

import ast
import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Protocol

from migrator.convert.fstrings import fitted
from migrator.convert.source import Edit, Source
from migrator.record import dataclass
from migrator.scan.search_path import added, needed_by
from migrator.scan.tree import walk

REPOSITORY = "REPOSITORY"  # the name of `lib/` in the modules of the new project
INIT = f'''"""Modules and files of the DAG repository that the DAGs use, at their path there."""

from pathlib import Path

{REPOSITORY} = Path(__file__).parent
'''
UP = re.compile(r"^(/|\.\.?/)+")  # the folders above are looked at anyway
MOST = 500  # files that one module may bring along
LONGEST = 200  # characters of a path
PRIVATE = (
    ".env*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "id_rsa*",
    "*credential*",
    "*secret*",
    "*.kdbx",
)
PYTHON = (".py", ".pyc")


class Folder(Protocol):
    """The folder that was scanned: `migrator.scan.folder.Folder`."""

    def names(self, path: str) -> frozenset[str] | None:
        """The names in a folder; None where there is none."""

    def text(self, path: str) -> str | None:
        """The text of a file."""


@dataclass(frozen=True)
class DataFiles:
    """`paths` below the scanned folder; `problem`: why it is not known what is read, or why it cannot move."""

    paths: tuple[str, ...] = ()
    problem: str = ""


def uses_its_place(source: Source) -> list[ast.Name]:
    """Where a module asks for the place of its file."""
    return [n for n in walk(source.tree) if isinstance(n, ast.Name) and n.id == "__file__"]


def place(source: Source, node: ast.Name, path: str) -> Edit | None:
    """Where the file would be in the new project, for `__file__`; None where that text cannot stand."""
    span = source.span(node)
    text = fitted(source, span, f'str({REPOSITORY} / "{path}")') if '"' not in path else None
    return Edit(span, text) if text else None


def data_files(source: Source, path: str, folder: Folder) -> DataFiles:
    """What the module at a path brings along; nothing when it never asks for its place."""
    if "__file__" not in source.text or not _asks(source, path):
        return DataFiles()
    found: dict[str, None] = {}
    for named in sorted({n for text in _texts(source) for n in _named(text, path, folder)}):
        found.update(dict.fromkeys(_below(named, folder)))
    paths = tuple(sorted(found))
    if not paths:
        return DataFiles(problem="it uses the place of its file, and what it reads there is not seen")
    if len(paths) > MOST:
        return DataFiles(
            problem=f"it may read {len(paths)} files beside it, and no more than {MOST} move along"
        )
    return DataFiles(paths, next((why for p in paths if (why := _unfit(p, folder))), ""))


def _asks(source: Source, path: str) -> bool:
    """Whether it asks for its place for more than to have modules found, which come along anyway."""
    tree = source.tree
    ways = needed_by([one.statement for one in added(tree, path) if not one.leads_outside], tree)
    nodes = {id(node) for statement in ways for node in walk(statement)}
    return any(id(node) not in nodes for node in uses_its_place(source))


def _unfit(path: str, folder: Folder) -> str:
    name = path.rpartition("/")[2].lower()
    if any(fnmatchcase(name, pattern) for pattern in PRIVATE):
        return f"it may read {path}, which looks as if it holds secrets"
    return f"it may read {path}, which is no text" if folder.text(path) is None else ""


def _texts(source: Source) -> set[str]:
    """Each text of the module that could be a relative path: also inside f-strings, and as a word of a command."""
    found = (n.value for n in walk(source.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    short = [text for text in found if len(text) <= LONGEST and "\n" not in text]
    cut = (UP.sub("", part) for text in short for part in (text.strip(), *text.split()))
    return {part for part in cut if part.strip("./*")}


def _named(text: str, path: str, folder: Folder) -> Iterator[str]:
    """What a text names in the module's folder, or in one above it."""
    base = posixpath.dirname(path)
    while True:
        joined = posixpath.normpath(posixpath.join(base, text))
        if not joined.startswith(".."):
            above, name = posixpath.split(joined)
            for there in folder.names(above) or ():
                if there == name or ("*" in name and fnmatchcase(there, name)):
                    yield posixpath.join(above, there)
        if not base:
            return
        base = posixpath.dirname(base)


def _below(path: str, folder: Folder) -> Iterator[str]:
    """A file, or the files of a folder that are no code."""
    inside = folder.names(path)
    if inside is None:
        yield path
        return
    for name in sorted(inside):
        if not name.startswith(("__pycache__", ".")) and not name.endswith(PYTHON):
            yield from _below(posixpath.join(path, name), folder)
