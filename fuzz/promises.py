"""What a scan promises for any input, and whether it kept that for a folder: each broken promise is a `Fault`."""

import contextlib
import importlib
import io
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrator.scan.files import find, holds_dags
from migrator.scan.folder import Folder
from migrator.survey import Options, Survey
from migrator.survey.options import Limits
from migrator.survey.unit import printable

FORMATS = ("json", "html", "sarif", "markdown", "table")
BROKEN = {
    "SC032": "the scanner failed",
    "SC035": "over the time limit",
    "SC036": "over the memory limit, or killed",
}


@dataclass(frozen=True)
class Fault:
    """`file` is as it is printed; empty where the fault is of the whole scan."""

    kind: str
    file: str
    detail: str


@dataclass(frozen=True)
class Scan:
    """The report, byte for byte, and what went wrong on the way to it."""

    report: str
    faults: tuple[Fault, ...]


def scanned(
    paths: Sequence[Path],
    *,
    jobs: int = 2,
    cache: Path | None = None,
    seconds: float = 30.0,
    formats: Sequence[str] = ("json",),
    allow: Sequence[str] = (),
) -> Scan:
    """One scan of these paths with all that is written from it. `allow`: codes that are no faults here."""
    options = Options(jobs=jobs, cache=cache, limits=Limits(seconds=seconds))
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    with _stderr() as said:
        try:
            with Survey(paths, options) as survey:
                texts = {style: _written(survey, style) for style in formats}
        except Exception as error:  # it is what this program looks for
            faults.append(Fault(f"traceback {type(error).__name__}", "", traceback.format_exc()))
    if noise := said.getvalue().strip():
        faults.append(Fault("output on stderr", "", noise[-3000:]))
    if "json" in texts:
        faults += _of_report(paths, texts["json"], allow)
    return Scan(texts.get("json", ""), tuple(faults))


def _written(survey: Survey, style: str) -> str:
    out = io.StringIO()
    importlib.import_module(f"migrator.report.scan_{style}").write(survey, out)
    out.getvalue().encode()  # what cannot be encoded could not be printed
    return out.getvalue()


def _of_report(paths: Sequence[Path], text: str, allow: Sequence[str]) -> Iterator[Fault]:
    try:
        report = json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        yield Fault("no valid JSON", "", str(error))
        return
    for finding in report["findings"]:
        if finding["code"] in BROKEN and finding["code"] not in allow:
            yield Fault(f"{finding['code']} {BROKEN[finding['code']]}", finding["file"], finding["message"])
    told = {finding["file"] for finding in report["findings"]}
    told |= {place["file"] for dag in report["dags"] for place in (dag, *dag["tasks"])}
    for file in _of_interest(paths) - told:
        yield Fault("neither a result nor a finding", file, "")


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _of_interest(paths: Sequence[Path]) -> set[str]:
    """The files that a scan has to say something of."""
    if any(path.is_file() for path in paths):
        return set()
    root = paths[0]
    folder = Folder(root)
    found = set()
    for name in find([root], root)[0]:
        source = folder.source(name)
        if source.text is None or holds_dags(source):
            found.add(printable(name))
    return found


def same(scans: dict[str, Scan]) -> Iterator[Fault]:
    """A fault for each scan that is not the first, byte for byte."""
    names = list(scans)
    for name in names[1:]:
        if scans[name].report != scans[names[0]].report:
            yield Fault(
                "another result",
                "",
                f"{names[0]} / {name}: {_difference(scans[names[0]].report, scans[name].report)}",
            )


def _difference(one: str, other: str) -> str:
    pairs = zip([*one.splitlines(), ""], [*other.splitlines(), ""], strict=False)
    return next((f"{a[:1500]}\n{b[:1500]}" for a, b in pairs if a != b), "one is longer")


@contextlib.contextmanager
def _stderr() -> Iterator[io.StringIO]:
    """What this process and all that it starts write to stderr."""
    found = io.StringIO()
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield found
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            found.write(file.read().decode(errors="replace"))
