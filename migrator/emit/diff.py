"""What changes in a file, as a unified diff, for people and for `patch`."""

import difflib

COLOURS = {"+++": "1", "---": "1", "@@": "36", "+": "32", "-": "31"}  # ANSI: bold, cyan, green, red


def unified(path: str, before: str, after: str) -> str:
    """The diff from one text to the other, empty when they are equal. `path` names both sides."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def coloured(diff: str) -> str:
    """The same diff with ANSI colours, for a terminal."""
    return "".join(_paint(line) + "\n" for line in diff.splitlines())


def _lines(text: str) -> list[str]:
    """The lines; a last one without its newline is marked as `diff` does."""
    lines = text.split("\n")
    if lines[-1] == "":
        return lines[:-1]
    return [*lines[:-1], f"{lines[-1]}\n\\ No newline at end of file"]


def _paint(line: str) -> str:
    for start, colour in COLOURS.items():
        if line.startswith(start):
            return f"\x1b[{colour}m{line}\x1b[0m"
    return line
