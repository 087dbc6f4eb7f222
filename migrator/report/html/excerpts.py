"""The lines around findings, read from the files that were scanned: each file once, no secrets, no line twice."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from migrator.findings.redact import redact
from migrator.report.html.budget import Json, Strings
from migrator.report.html.masks import masked
from migrator.scan.folder import LARGEST, beginning

AROUND = 2  # lines before and after
WIDEST = 160  # characters of a line


def excerpts(root: Path, findings: list[Json], strings: Strings) -> Iterator[list[object]]:
    """[file, first line, text]; windows that touch are one. A file that is not there any more has none."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        if finding["line"]:
            wanted[finding["file"]].add(int(finding["line"]))
    for file, numbers in wanted.items():
        lines = _lines(root / file)
        for first, last in _windows(numbers, len(lines)):
            yield [strings.number(file), first, _shown(lines[first - 1 : last])]


def _lines(path: Path) -> list[str]:
    """As Python counts them: a form feed does not end a line."""
    try:
        data = beginning(str(path)) if path.is_file() else b""
    except (OSError, ValueError):  # gone, not ours to read, or a name that no file can have
        return []
    text = data.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return masked(text).split("\n") if len(data) <= LARGEST else []


def _windows(numbers: set[int], count: int) -> Iterator[tuple[int, int]]:
    start = end = 0
    for number in sorted(n for n in numbers if n <= count):
        first, last = max(1, number - AROUND), min(count, number + AROUND)
        if start and first <= end + 1:
            end = last
            continue
        if start:
            yield start, end
        start, end = first, last
    if start:
        yield start, end


def _shown(lines: list[str]) -> str:
    """Redacted together, since a value may stand on the next line; one by one where that would lose a line."""
    text = "\n".join(lines)
    clean = redact(text).split("\n")
    if len(clean) != len(lines):
        clean = [redact(line) for line in lines]
    return "\n".join(line if len(line) <= WIDEST else line[: WIDEST - 1] + "…" for line in clean)
