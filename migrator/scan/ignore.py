"""`.airflowignore`: what Airflow passes over, read as that Airflow reads it.

Airflow 2 takes a line as a regular expression that is searched for in the path below the DAGs folder, Airflow 3 as a
glob; `core.dag_ignore_file_syntax` may say otherwise in both. Which one holds is looked up (`syntax.py`); where nothing
says it, it is guessed from how the file is written, and a line that leaves out something else in the other reading
is a finding.
"""

import re
from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from migrator.findings import Finding
from migrator.ir import Origin
from migrator.record import dataclass
from migrator.scan import automaton, globs
from migrator.scan.syntax import GLOB, REGEXP, Setting, Syntax

NAME = ".airflowignore"
LARGEST = 1_000_000  # bytes
MOST = 2000  # lines
LONGEST = 500  # characters of a line
COMMENT = re.compile(r"\s*#.*")
LIKE_A_GLOB = re.compile(r"^[!/]|^\*|\*\*|/\*|[\w\]]\*\.\w|/$")


@dataclass(frozen=True)
class Entry:
    """A file or folder as the walk meets it. Paths have `/` in them."""

    name: str
    below_walk: str  # the path below the folder that the walk began at
    below_root: str  # the path as it is shown
    is_folder: bool


Matches = Callable[[Entry], bool]


@dataclass
class Rule:
    """One line: does it speak of an entry, and does it take it out or back in. `twin` is its other reading."""

    line: int
    text: str
    syntax: Syntax
    matches: Matches
    ignores: bool = True
    only_folders: bool = False  # of Airflow 3: it says nothing about files
    twin: "Rule | None" = None
    differs: str | None = field(default=None, compare=False)  # the first path where the two readings part


class Wrong(Exception):
    """A line that cannot be used."""


def read(folder: Path, shown: str, setting: Setting) -> tuple[list[Rule], list[Finding]]:
    """The rules of one folder's file. A line that cannot be used is a finding."""
    path = folder / NAME
    if not path.is_file():
        return [], []
    try:
        if path.stat().st_size > LARGEST:
            raise Wrong(f"more than {LARGEST} bytes; the file is not read")
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError, Wrong) as error:
        told = getattr(error, "strerror", None) or str(error)
        return [], [Finding("SC019", f"the file cannot be used: {told}", Origin(shown))]
    texts = [(number, COMMENT.sub("", line)) for number, line in enumerate(lines, 1)]
    texts = [(number, text) for number, text in texts if text]
    if len(texts) > MOST:
        return [], [Finding("SC019", f"more than {MOST} lines; the file is not read", Origin(shown))]
    base = shown.removesuffix(NAME)
    if setting.told is not None:
        return _rules(texts, base, shown, setting.told)
    guessed = GLOB if any(_is_glob(text) for _, text in texts) else setting.usual
    other = REGEXP if guessed == GLOB else GLOB
    rules, findings = _rules(texts, base, shown, guessed)
    twins = {rule.line: rule for rule in _rules(texts, base, shown, other)[0]}
    for rule in rules:
        rule.twin = twins.get(rule.line) or Rule(rule.line, rule.text, other, lambda entry: False)
    return rules, findings


def _is_glob(text: str) -> bool:
    try:
        automaton.compiled(text)
    except re.error:
        return True
    return bool(LIKE_A_GLOB.search(text)) and ".*" not in text


def _rules(
    texts: list[tuple[int, str]], base: str, shown: str, syntax: Syntax
) -> tuple[list[Rule], list[Finding]]:
    rules: dict[tuple[str, int], Rule] = {}
    findings = []
    for number, text in texts:
        try:
            rule = _rule(number, text, base, syntax)
        except Wrong as error:
            message = f"the line {text!r} cannot be used as a {syntax.called}: {error}"
            findings.append(Finding("SC019", message, Origin(shown, number)))
            continue
        # Airflow 2 takes the first of lines that are the same, which matters with a `!` between them.
        rules.setdefault((text, 0 if syntax.version == 2 else number), rule)
    return list(rules.values()), findings


def _searcher(pattern: str, syntax: Syntax) -> Callable[[str], bool]:
    """Raises Wrong."""
    if len(pattern) > LONGEST:
        raise Wrong(f"it has more than {LONGEST} characters")
    try:
        if syntax == REGEXP and automaton.looks_around(pattern):
            raise Wrong("Airflow 2 knows no looking around and no references back, and passes over it")
        return automaton.searcher(pattern, ascii_only=syntax == REGEXP)
    except automaton.Unsupported as error:
        raise Wrong(f"matching it could take forever ({error})") from error
    except re.error as error:
        raise Wrong(str(error)) from error


def _rule(number: int, text: str, base: str, syntax: Syntax) -> Rule:
    return _regexp(number, text, syntax) if syntax.name == "regexp" else _glob(number, text, base, syntax)


def _regexp(number: int, text: str, syntax: Syntax) -> Rule:
    found = _searcher(text, syntax)
    return Rule(number, text, syntax, lambda entry: found(entry.below_walk))


def _glob(number: int, text: str, base: str, syntax: Syntax) -> Rule:
    """As Airflow: with a `/` it is about the path below the file, else about the name alone."""
    if not text.strip() or text.strip() == "/":
        return Rule(number, text, syntax, lambda entry: False)
    placed = text.startswith("/") or "/" in text.rstrip("/")
    ignores = not text.startswith("!")
    old = syntax.version == 2
    try:
        pattern = globs.regexp(text.removeprefix("!"), old=old)
    except globs.NoGlob as error:
        raise Wrong(str(error)) from error
    found = _searcher(pattern if not old or pattern.startswith("^") else f"^{pattern}", syntax)
    slash = text.endswith("/") if old else True
    bare = text.lstrip("!").rstrip()

    def matches(entry: Entry) -> bool:
        path = entry.below_root.removeprefix(base) if placed else entry.name
        return found(f"{path}/" if slash and entry.is_folder else path)

    return Rule(number, text, syntax, matches, ignores, only_folders=not old and bare.endswith("/"))


def ignored(rules: list[Rule], entry: Entry) -> bool:
    """Whether the rules take it out; the last one that speaks of it decides."""
    verdict = False
    for rule in rules:
        effect = _effect(rule, entry)
        verdict = verdict if effect is None else effect
        if rule.twin is not None and rule.differs is None and _effect(rule.twin, entry) != effect:
            rule.differs = entry.below_root
    return verdict


def _effect(rule: Rule, entry: Entry) -> bool | None:
    """Out, in again, or nothing."""
    if rule.only_folders and not entry.is_folder:
        return None
    return rule.ignores if rule.matches(entry) else None


def doubts(rules: list[Rule], shown: str) -> list[Finding]:
    """The lines that mean something else in the other reading, each with a path as the example."""
    return [
        Finding(
            "SC068",
            f"the line {rule.text!r} is read as a {rule.syntax.called}; as a {rule.twin.syntax.called} "
            f"it would mean something else for {rule.differs}",
            Origin(shown, rule.line),
        )
        for rule in rules
        if rule.differs is not None and rule.twin is not None
    ]
