"""Globs of `.airflowignore`: as in .gitignore, in the reading of the library that Airflow uses for them."""

import re

INSIDE = "(?:/|$)"  # the path itself, or what is below it


class NoGlob(Exception):
    """A line that has no meaning as a glob."""


def regexp(glob: str, *, old: bool = False) -> str:
    """The regular expression for a glob without its `!`. Raises NoGlob.

    `old`: as pathspec 0.12 reads it, which Airflow 2 is installed with: a bracket that is not closed
    is a plain one, and spaces in front do not count.
    """
    text = glob if glob.endswith("\\ ") else glob.rstrip()
    text = text.lstrip() if old else text
    parts = text.split("/")
    only_folders = not parts[-1]
    parts = _normal(parts)
    if parts == ["**"]:
        return "/" if only_folders else "."
    if parts == ["**", "*"]:
        return "."
    if parts == ["**", "*", "**"]:
        return "/"
    return _joined(parts, old)


def _normal(parts: list[str]) -> list[str]:
    """`**` in front of a name without a place, and behind a folder; never two of them in a row."""
    if not parts[0]:
        parts = parts[1:]
    elif len(parts) == 1 or (len(parts) == 2 and not parts[1]):
        parts = parts if parts[0] == "**" else ["**", *parts]
    if not parts:
        raise NoGlob("there is nothing in it")
    parts = [*parts[:-1], parts[-1] or "**"]
    return [part for i, part in enumerate(parts) if not (part == "**" and i and parts[i - 1] == "**")]


def _joined(parts: list[str], old: bool) -> str:
    made, slash, end = "", False, len(parts) - 1
    for number, part in enumerate(parts):
        if part == "**":
            made += "^(?:.+/)?" if number == 0 else "/" if number == end else "(?:/.+)?"
            slash = slash if number == 0 else True
            continue
        made += "^" if number == 0 else ""
        made += "/" if slash else ""
        made += "[^/]+" if part == "*" else _segment(part, old)
        made += INSIDE if number == end else ""
        slash = True
    return made


def _segment(part: str, old: bool) -> str:
    made, at = "", 0
    while at < len(part):
        character = part[at]
        at += 1
        if character == "\\":
            if at == len(part):
                raise NoGlob("a backslash at its end")
            made += re.escape(part[at])
            at += 1
        elif character == "[":
            text, at = _bracket(part, at, old)
            made += text
        else:
            made += {"*": "[^/]*", "?": "[^/]"}.get(character, re.escape(character))
    return made


def _bracket(part: str, start: int, old: bool) -> tuple[str, int]:
    """A class of characters, and where it ends. Raises NoGlob where it does not."""
    at = start + (part[start : start + 1] in ("!", "^"))
    at += part[at : at + 1] == "]"
    end = part.find("]", at)
    if end < 0 and old:
        return re.escape("["), start
    if end < 0:
        raise NoGlob("a bracket that is not closed")
    negated = part[start] in "!^"
    body = part[start + negated : end + 1].replace("\\", "\\\\")
    return ("[^" if negated else "[") + body, end + 1
