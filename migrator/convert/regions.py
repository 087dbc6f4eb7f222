"""Marks of regions, `# [START load]` and `# [END load]`, by which pages of documentation quote a file.

A mark says something of its place. Where the statement that it stood at has gone, it would say it of another.
"""

import re

MARK = re.compile(r"^[ \t]*#\s*\[(START|END) ([^\]\n]+)\]\s*$")


def is_mark(comment: str) -> bool:
    """Whether a comment is one."""
    return MARK.match(comment) is not None


def paired(text: str) -> str:
    """The text without marks of which the other one has gone, or comes first."""
    lines = text.split("\n")
    opened: dict[str, int] = {}
    kept: set[int] = set()
    found = {number: mark for number, line in enumerate(lines) if (mark := MARK.match(line))}
    for number, mark in found.items():
        kind, name = mark.groups()
        if kind == "START":
            opened[name] = number
        elif name in opened:
            kept |= {opened.pop(name), number}
    return "\n".join(line for number, line in enumerate(lines) if number not in found or number in kept)
