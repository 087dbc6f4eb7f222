"""Where the inventory reads: the files of the scanned folder, through whoever holds them."""

import ast
import posixpath
from typing import Protocol

from migrator.scan.folder import Folder


class Sources(Protocol):
    """Files by their path below the scanned folder. Whoever implements it keeps the parsed trees."""

    def text(self, path: str) -> str | None:
        """What a file says; None when it is not there, too large, or not text."""

    def tree(self, path: str) -> ast.Module | None:
        """The syntax tree of a Python file; None when there is none."""

    def has(self, path: str) -> bool:
        """Whether there is such a file, of whatever kind."""

    def locate(self, dotted: str, near: str) -> str | None:
        """The path of a module as the file `near` imports it, a folder with `/` at its end; None when absent."""


class FolderSources:
    """The files of a scanned folder, each read and parsed as often as the folder does it."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def text(self, path: str) -> str | None:
        """As `Sources` has it."""
        return self.folder.source(path).text if self._is_python(path) else self.folder.text(path)

    def tree(self, path: str) -> ast.Module | None:
        """As `Sources` has it."""
        return self.folder.source(path).tree if self._is_python(path) else None

    @staticmethod
    def _is_python(path: str) -> bool:
        return path.endswith(".py") and not path.startswith(("/", ".."))

    def has(self, path: str) -> bool:
        """As `Sources` has it."""
        return self.folder.has(path)

    def locate(self, dotted: str, near: str) -> str | None:
        """As `Sources` has it."""
        return self.folder.locate(dotted, near)


def find_module(sources: Sources, dotted: str, near: str) -> str | None:
    """The path of a module, also of a relative one (`..helpers.db`)."""
    if not dotted.startswith("."):
        return sources.locate(dotted, near)
    name = dotted.lstrip(".")
    folder = posixpath.dirname(near)
    for _ in range(len(dotted) - len(name) - 1):
        folder = posixpath.dirname(folder)
    stem = posixpath.join(folder, name.replace(".", "/")).rstrip("/")
    paths = (f"{stem}/__init__.py".lstrip("/"), f"{stem}.py")
    return next((path for path in paths if sources.has(path)), None)
