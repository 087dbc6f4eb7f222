"""`migrate scan --format sarif`: the findings as SARIF 2.1.0, which code-scanning pages and editors show beside code.

Findings are written one by one, so that a scan of any size needs little memory.
"""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from migrator.findings import Rule, rule
from migrator.report.rules_page import FAMILIES
from migrator.survey import Survey

Json = dict[str, Any]
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"info": "note", "warning": "warning", "error": "error"}
PROBLEM = {"info": "recommendation", "warning": "warning", "error": "error"}  # as one code host calls them
# A key of our own: the hosts add theirs, which they work out from the text of the line.
FINGERPRINT = "migrateFinding/v1"
_dumps = json.JSONEncoder(separators=(",", ":")).encode  # ASCII, so that it can be written anywhere
SAFE = "/!$&'()*+,;=@~"  # beside letters and digits, what a path may hold in an address
BASE = "The root of the repository that holds the scanned folder, or that folder where there is none."


def write(survey: Survey, out: TextIO) -> None:
    """One run, with the rules that were broken."""
    codes = sorted(survey.summary["findings"])
    prefix = _prefix(survey.root)
    out.write(f'{{\n"$schema": {_dumps(SCHEMA)},\n"version": "2.1.0",\n"runs": [{{\n')
    out.write(f'"tool": {_dumps({"driver": _driver(survey.head(), codes)})},\n')
    out.write(f'"automationDetails": {_dumps({"id": "migrate-scan/"})},\n')
    out.write(f'"originalUriBaseIds": {_dumps({"%SRCROOT%": {"description": {"text": BASE}}})},\n')
    out.write('"columnKind": "unicodeCodePoints",\n"results": [')
    between = "\n"
    for result in _results(survey.findings(), {code: i for i, code in enumerate(codes)}, prefix):
        out.write(f"{between}{_dumps(result)}")
        between = ",\n"
    out.write("\n]\n}]\n}\n")


def _prefix(root: Path) -> str:
    """The way from the root of the repository to the scanned folder: hosts look for files from there."""
    there = root.resolve()
    for folder in (there, *there.parents):
        if os.path.exists(folder / ".git"):
            way = there.relative_to(folder).as_posix()
            return "" if way == "." else f"{way}/"
    return ""


def _driver(head: Json, codes: list[str]) -> Json:
    tool = head["tool"]
    return {
        "name": tool["name"],
        "semanticVersion": tool["version"],
        "rules": [_rule(rule(code)) for code in codes],
    }


def _rule(one: Rule) -> Json:
    return {
        "id": one.code,
        "name": "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", one.title)),
        "shortDescription": {"text": one.title},
        "fullDescription": {"text": f"{one.title}. {one.help}"},
        "help": {"text": one.help, "markdown": _help(one)},
        "defaultConfiguration": {"level": LEVELS[one.severity]},
        "properties": {
            "tags": ["airflow", "migration", FAMILIES[one.code[:2]]],
            "precision": "high",
            "problem.severity": PROBLEM[one.severity],
        },
    }


def _help(one: Rule) -> str:
    parts = [one.help]
    parts += [f"{name}:\n\n```python\n{code.rstrip()}\n```" for name, code in _examples(one) if code]
    return "\n\n".join(
        [*parts, f"Accepted on one line by the comment `# migrate: ignore[{one.code}] reason`."]
    )


def _examples(one: Rule) -> tuple[tuple[str, str], ...]:
    return (("Before", one.before), ("After", one.after))


def _results(findings: Iterator[Json], index: Mapping[str, int], prefix: str) -> Iterator[Json]:
    """In the order of the findings, which is that of the files: alike ones are told apart within a file."""
    file, alike = None, Counter[str]()
    for finding in findings:
        if finding["file"] != file:
            file, alike = finding["file"], Counter()
        digest = _digest(finding, prefix)
        alike[digest] += 1
        yield _result(finding, index, prefix, f"{digest}:{alike[digest]}")


def _result(finding: Json, index: Mapping[str, int], prefix: str, fingerprint: str) -> Json:
    found: Json = {"ruleId": finding["code"]}
    if finding["code"] in index:
        found["ruleIndex"] = index[finding["code"]]
    about = {name: finding[name] for name in ("dag_id", "task_id") if finding[name]}
    return {
        **found,
        "level": LEVELS[finding["severity"]],
        "message": {"text": message(finding["message"])},
        "locations": [_location(finding, prefix)],
        "partialFingerprints": {FINGERPRINT: fingerprint},
        "properties": {**about, "blocking": finding["blocking"]},
    }


def _location(finding: Json, prefix: str) -> Json:
    region = {"startLine": max(1, finding["line"]), "startColumn": max(1, finding["column"])}
    place = {"uri": uri(prefix + finding["file"]), "uriBaseId": "%SRCROOT%"}
    found: Json = {"physicalLocation": {"artifactLocation": place, "region": region}}
    names = [name for name in (finding["dag_id"], finding["task_id"]) if name]
    if names:
        kind = "function" if finding["task_id"] else "module"
        found["logicalLocations"] = [{"fullyQualifiedName": ".".join(names), "kind": kind}]
    return found


@lru_cache(maxsize=64)
def uri(path: str) -> str:
    """A path as a relative address: anything but plain letters is written in percent, colons too."""
    return quote(path, safe=SAFE, errors="replace")


def message(text: str) -> str:
    """A text in which no reader finds a link: `[text](target)` is one in SARIF, so the bracket is escaped."""
    return text.replace("](", "\\](") or "-"


def _digest(finding: Json, prefix: str) -> str:
    """The same as long as the finding is: it moves with its line, and numbers in its message may change."""
    text = re.sub(r"\d+", "#", finding["message"])
    parts = [finding["code"], prefix + finding["file"], finding["dag_id"], finding["task_id"], text]
    return hashlib.sha256(_dumps(parts).encode()).hexdigest()[:32]
