"""Markdown that stays what it was meant to be, whatever the texts in it: names from DAG files stand in code spans.

In a code span no reader looks for markup, HTML, links, mentions or emoji; only its own end must not be in the text.
"""

import re
from collections.abc import Iterable, Sequence

LONGEST = 160


def code(text: object, longest: int = LONGEST) -> str:
    """A text in a code span on one line; what cannot be printed becomes a mark."""
    words = " ".join(str(text).split())
    line = "".join(c if c.isprintable() else "\ufffd" for c in words)
    line = line if len(line) <= longest else line[: longest - 1] + "…"
    if not line:
        return "-"
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def cell(text: object, longest: int = LONGEST) -> str:
    """The same inside a table, where a bar would end the cell. Readers disagree about bars after a backslash."""
    return code(str(text).replace("\\|", "\\¦"), longest).replace("|", "\\|")


def row(cells: Iterable[object]) -> str:
    """One line of a table; its cells are Markdown already."""
    return f"| {' | '.join(map(str, cells))} |\n"


def head(names: Sequence[str], numbers: int = 0) -> str:
    """The head of a table; the last `numbers` columns are figures."""
    lines = ["---"] * (len(names) - numbers) + ["--:"] * numbers
    return row(names) + row(lines)


def hours(amount: float) -> str:
    """As it is said: 1,200 or 3.5."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".")


def fitting(lines: Iterable[str], room: int) -> list[str]:
    """As many lines as there is room for."""
    kept = []
    for line in lines:
        room -= len(line)
        if room < 0:
            break
        kept.append(line)
    return kept


def rest(left: int, what: str) -> str:
    """What is said of the lines that found no room."""
    return f"\n… and {left:,} more {what}; `migrate scan --format json` has all.\n" if left > 0 else ""
