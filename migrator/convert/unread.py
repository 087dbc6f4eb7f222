"""Arguments that a function never looks at: binding them would leave names that nobody reads."""

import ast
import re
from collections.abc import Sequence


def read_lines(lines: Sequence[str], body: str) -> list[str]:
    """The lines that bind values, without constants that neither the body nor another line reads."""
    if "locals()" in body:
        return list(lines)
    return [
        line
        for at, line in enumerate(lines)
        if _is_read(line, "\n".join([body, *lines[:at], *lines[at + 1 :]]))
    ]


def _is_read(line: str, rest: str) -> bool:
    name, bound, value = line.partition(" = ")
    if not bound or not name.isidentifier() or re.search(rf"\b{name}\b", rest):
        return True
    try:
        ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return True  # it may do something
    return False
