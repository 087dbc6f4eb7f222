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


def find(paths: Sequence[Path], root: Path) -> tuple[list[str], list[Finding]]:
    """Paths of the Python files, relative to the root and sorted; what hinders reading is a finding."""
    found: set[str] = set()
    findings: list[Finding] = []
    for path in (Path(os.path.abspath(p)) for p in paths):
        if path.is_dir():
            found.update(_walk(path, root, [], findings, set()))
        else:
            found.add(path.relative_to(root).as_posix())
    return sorted(found), findings


Rules = list[tuple[str, ignore.Rule]]


def _walk(folder: Path, root: Path, rules: Rules, findings: list[Finding], seen: set[str]) -> Iterator[str]:
    real = os.path.realpath(folder)
    if real in seen or len(folder.parts) > 200:  # a link that leads back
        return
    seen.add(real)
    here = "" if folder == root else folder.relative_to(root).as_posix()
    own, problems = ignore.read(folder, f"{here}/{ignore.NAME}".lstrip("/"))
    findings += problems
    rules = [*rules, *((here, rule) for rule in own)]
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError as error:
        findings.append(Finding("SC002", f"the folder cannot be read: {error.strerror}", Origin(here or ".")))
        return
    for entry in entries:
        shown = f"{here}/{entry.name}".lstrip("/")
        is_folder = entry.is_dir()
        if not _wanted(entry, is_folder, shown, rules):
            continue
        if is_folder:
            if entry.name.endswith(".py"):
                findings.append(Finding("SC002", "a folder that is named like a Python file", Origin(shown)))
            yield from _walk(Path(entry.path), root, rules, findings, seen)
        elif entry.name.endswith(".py"):
            yield shown
        elif entry.name.endswith(".zip"):
            findings.append(Finding("SC031", "DAGs inside a zip file are not read", Origin(shown)))


def _wanted(entry: "os.DirEntry[str]", is_folder: bool, shown: str, rules: Rules) -> bool:
    if is_folder:
        other = any(os.path.exists(os.path.join(entry.path, name)) for name in NOT_DAGS)
        if entry.name in SKIPPED or entry.name.startswith(".") or other:
            return False
    return not ignore.ignored(rules, shown, is_folder)


def holds_dags(source: Source) -> bool:
    """Airflow's own test ("safe mode"): the text has both words, in any case."""
    text = (source.text or "").lower()
    return "dag" in text and "airflow" in text
