"""`.airflowignore`: what Airflow passes over. Airflow 2 reads regular expressions, Airflow 3 globs.

Which of the two a file means is taken from how it is written; see `_is_glob`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from migrator.findings import Finding
from migrator.ir import Origin

NAME = ".airflowignore"
SLOW = re.compile(r"\([^)]*[+*}][^)]*\)\s*[+*{]")  # a repetition of a repetition may take forever
GLOB = re.compile(r"^[!/]|^\*|\*\*|/\*|[\w\]]\*\.\w")
LONGEST = 500


@dataclass(frozen=True)
class Rule:
    """One line: does it speak of this path, and does it take files out or back in."""

    matches: Callable[[str, bool], bool]
    ignores: bool = True


def read(folder: Path, shown: str) -> tuple[list[Rule], list[Finding]]:
    """The rules of one folder's file. A line that cannot be used is a finding."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return [], []
    texts = [(number, line.split(" #")[0].strip()) for number, line in enumerate(lines, 1)]
    wanted = [(number, text) for number, text in texts if text and not text.startswith("#")]
    glob = any(_is_glob(text) for _, text in wanted)
    rules: list[Rule] = []
    findings: list[Finding] = []
    for number, text in wanted:
        rule = _glob(text) if glob else _regexp(text)
        if rule is None:
            findings.append(Finding("SC019", f"the pattern {text!r} cannot be used", Origin(shown, number)))
        else:
            rules.append(rule)
    return rules, findings


def _is_glob(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return True
    return bool(GLOB.search(text)) and ".*" not in text


def _regexp(text: str) -> Rule | None:
    if len(text) > LONGEST or SLOW.search(text):
        return None
    try:
        pattern = re.compile(text)
    except re.error:
        return None
    return Rule(lambda path, is_folder: bool(pattern.search(path)))


def _glob(text: str) -> Rule | None:
    """As in .gitignore."""
    if len(text) > LONGEST or text.count("*") > 10:
        return None
    ignores, body = not text.startswith("!"), text.lstrip("!")
    only_folders, body = body.endswith("/"), body.rstrip("/")
    anchored = "/" in body
    body = body.lstrip("/")
    try:
        pattern = re.compile(("" if anchored else "(?:.*/)?") + _translate(body) + r"\Z")
    except re.error:
        return None
    return Rule(
        lambda path, is_folder: (is_folder or not only_folders) and bool(pattern.match(path)), ignores
    )


def _translate(text: str) -> str:
    made = ""
    for part in re.split(r"(\*\*/|/\*\*\Z|\*\*|\*|\?|\[[^\]]*\])", text):
        known = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
        if part in known:
            made += known[part]
        elif part.startswith("[") and part.endswith("]"):
            made += "[" + part[1:-1].replace("!", "^", 1).replace("\\", "\\\\") + "]"
        else:
            made += re.escape(part)
    return made


def ignored(rules: list[tuple[str, Rule]], path: str, is_folder: bool) -> bool:
    """Whether the rules, each with its folder, take the path out; the last one that matches decides."""
    verdict = False
    for base, rule in rules:
        inside = path.removeprefix(f"{base}/") if base else path
        if rule.matches(inside, is_folder):
            verdict = rule.ignores
    return verdict
