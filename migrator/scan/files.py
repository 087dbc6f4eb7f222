"""Which files of the given paths are read, in an order that is the same everywhere."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from migrator import manifest
from migrator.errors import UsageError
from migrator.findings import Finding
from migrator.ir import Origin
from migrator.scan import ignore
from migrator.scan.source import Source
from migrator.scan.syntax import Setting, setting

DEEPEST = 200  # folders in each other
SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages"})
NOT_DAGS = (
    "pyvenv.cfg",
    manifest.NAME,
)  # marks a folder as an environment, or as a project that migrate wrote


def root_of(paths: Sequence[Path]) -> Path:
    """The folder that all paths are shown relative to. Raises UsageError when a path is not there."""
    if not paths:
        raise UsageError("no path was given")
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    folders = [p if p.is_dir() else p.parent for p in (Path(os.path.abspath(p)) for p in paths)]
    return Path(os.path.commonpath(folders))


def find(paths: Sequence[Path], root: Path, airflow: str | None = None) -> tuple[list[str], list[Finding]]:
    """Paths of the Python files, relative to the root and sorted; what hinders reading is a finding.

    `airflow` is the version of the Airflow that loads them, where one is asked.
    """
    found: set[str] = set()
    findings: list[Finding] = []
    for path in (Path(os.path.abspath(p)) for p in paths):
        if path.is_dir():
            walk = Walk(path, root, airflow)
            found.update(walk.files(path, []))
            findings += walk.told()
        else:
            found.add(path.relative_to(root).as_posix())
    return sorted(found), findings


class Walk:
    """Through one folder, as Airflow goes: links are followed, and each folder's `.airflowignore` counts below it."""

    def __init__(self, start: Path, root: Path, airflow: str | None) -> None:
        self.start, self.root, self.airflow = start, root, airflow
        self._setting: Setting | None = None
        self._seen: set[str] = set()
        self._findings: list[Finding] = []
        self._own: list[tuple[list[ignore.Rule], str]] = []

    def told(self) -> list[Finding]:
        """What hindered, and which lines of `.airflowignore` are in doubt; complete when the walk is."""
        doubts = [finding for rules, shown in self._own for finding in ignore.doubts(rules, shown)]
        return [*self._findings, *doubts]

    def files(self, folder: Path, rules: list[ignore.Rule]) -> Iterator[str]:
        """The Python files below a folder, under the rules of the folders above."""
        here = "" if folder == self.root else folder.relative_to(self.root).as_posix()
        if self._again(folder, here):
            return
        rules = [*rules, *self._rules(folder, here)]
        try:
            entries = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError as error:
            self._tell("SC002", f"the folder cannot be read: {error.strerror}", here or ".")
            return
        for entry in entries:
            shown = f"{here}/{entry.name}".lstrip("/")
            is_folder = _is_folder(entry)
            if not _wanted(entry, is_folder) or (rules and self._ignored(rules, entry, shown, is_folder)):
                continue
            if is_folder:
                if entry.name.endswith(".py"):
                    self._tell("SC002", "a folder that is named like a Python file", shown)
                yield from self.files(Path(entry.path), rules)
            elif entry.name.endswith(".py"):
                yield shown
            elif entry.name.endswith(".zip"):
                self._tell("SC031", "DAGs inside a zip file are not read", shown)

    def _again(self, folder: Path, here: str) -> bool:
        """Whether a link leads to a folder that was seen: Airflow stops there, with an error."""
        real = os.path.realpath(folder)
        if real in self._seen:
            self._tell("SC069", "a link leads to a folder that is read under another name, too", here or ".")
            return True
        self._seen.add(real)
        if here.count("/") < DEEPEST:
            return False
        self._tell("SC065", f"{DEEPEST} folders inside each other; what is below is not read", here)
        return True

    def _rules(self, folder: Path, here: str) -> list[ignore.Rule]:
        if not os.path.lexists(os.path.join(folder, ignore.NAME)):
            return []
        if self._setting is None:
            self._setting = setting(self.start, self.airflow)
        shown = f"{here}/{ignore.NAME}".lstrip("/")
        rules, problems = ignore.read(folder, shown, self._setting)
        self._findings += problems
        self._own.append((rules, shown))
        return rules

    def _ignored(
        self, rules: list[ignore.Rule], entry: "os.DirEntry[str]", shown: str, is_folder: bool
    ) -> bool:
        below = os.path.relpath(entry.path, self.start).replace(os.sep, "/")
        return ignore.ignored(rules, ignore.Entry(entry.name, below, shown, is_folder))

    def _tell(self, code: str, message: str, shown: str) -> None:
        self._findings.append(Finding(code, message, Origin(shown)))


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself: whoever reads it says so
        return False


def _wanted(entry: "os.DirEntry[str]", is_folder: bool) -> bool:
    if not is_folder:
        return entry.name != ignore.NAME
    other = any(os.path.exists(os.path.join(entry.path, name)) for name in NOT_DAGS)
    return not (entry.name in SKIPPED or entry.name.startswith(".") or other)


def holds_dags(source: Source) -> bool:
    """Airflow's own test ("safe mode"): the text has both words, in any case."""
    text = source.text or ""
    if "dag" in text and "airflow" in text:
        return True
    text = text.lower()
    return "dag" in text and "airflow" in text
