"""`# migrate: ignore[SC002] reason` at the end of a line: findings of it that a person has seen and accepts."""

import re
from collections.abc import Iterable

from migrator.findings.finding import Finding
from migrator.ir import SourceFile

MARK = re.compile(r"#\s*migrate:\s*ignore\[([A-Z0-9,\s]+)\]")


def suppress(findings: Iterable[Finding], files: Iterable[SourceFile]) -> list[Finding]:
    """The findings without those that their own line takes out, by code."""
    accepted = {f.path: _marks(f.text) for f in files if f.text is not None and "migrate:" in f.text}
    return [f for f in findings if f.code not in accepted.get(f.origin.file, {}).get(f.origin.line, ())]


def _marks(text: str) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if match := MARK.search(line):
            found[number] = {code.strip() for code in match[1].split(",")}
    return found
