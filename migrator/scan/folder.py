"""The scanned folder: its files, each read and parsed once, and nothing outside of it."""

import os
from pathlib import Path, PurePosixPath

from migrator.findings import Finding
from migrator.ir import Origin
from migrator.scan.source import Source, parse

LARGEST = 2_000_000  # bytes


class Folder:
    """Reads below one folder and nowhere else. A file that cannot be read is a source with a problem."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._sources: dict[str, Source] = {}
        self._real = os.path.realpath(root)
        self._name = Path(self._real).parts[1:]
        self._packages: dict[str, bool] = {}

    def source(self, path: str) -> Source:
        """The source of a path below the folder."""
        if path not in self._sources:
            self._sources[path] = self._read(path)
        return self._sources[path]

    def sources(self) -> list[Source]:
        """All that have been read, by path."""
        return [self._sources[path] for path in sorted(self._sources)]

    def has(self, path: str) -> bool:
        """Whether there is such a Python file."""
        return path in self._sources or self._inside(path)

    def _inside(self, path: str) -> bool:
        file = self.root / path
        return file.is_file() and os.path.realpath(file).startswith(self._real + os.sep)

    def is_package(self, path: str) -> bool:
        """Whether it is a folder that holds Python files, with or without an `__init__.py`."""
        if path not in self._packages:
            folder = self.root / path
            self._packages[path] = bool(path) and folder.is_dir() and any(folder.glob("*.py"))
        return self._packages[path]

    def spellings(self, parts: list[str]) -> list[list[str]]:
        """A dotted name as a path below the folder; also when it starts with the names of the folders above."""
        found = [parts]
        for length in range(1, len(parts)):
            above = list(self._name[-length:])
            if parts[:length] == above and not (length == 1 and parts[0] == "airflow"):
                found.append(parts[length:])
        return found

    def text(self, path: str) -> str | None:
        """The text of any file inside the folder; None when it is not there, too large, or not text."""
        if PurePosixPath(path).is_absolute() or not self._inside(path):
            return None
        try:
            file = self.root / path
            return file.read_text(encoding="utf-8") if file.stat().st_size <= LARGEST else None
        except (OSError, ValueError):
            return None

    def _read(self, path: str) -> Source:
        file = self.root / path
        try:
            if file.is_symlink() and not file.exists():
                return self._problem(path, "SC002", "a symbolic link to a file that is not there")
            if not file.is_file():
                return self._problem(path, "SC002", "neither a file nor a link to one")
            size = file.stat().st_size
            if size > LARGEST:
                return self._problem(
                    path, "SC004", f"{size} bytes; files of more than {LARGEST} are not read"
                )
            data = file.read_bytes()
        except OSError as error:
            return self._problem(path, "SC002", error.strerror or type(error).__name__)
        return parse(path, data)

    @staticmethod
    def _problem(path: str, code: str, message: str) -> Source:
        return Source(path, None, None, problem=Finding(code, message, Origin(path)))
