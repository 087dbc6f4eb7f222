"""Are two output files the same? Tables as tables, JSON as values, text line by line, all else by bytes."""

import difflib
import filecmp
from pathlib import Path

from migrator.parity import json_text, packed, values
from migrator.parity.record import Json
from migrator.parity.verdict import DIFFERENT, EQUAL, How, Outcome

LINES = 20  # of a unified diff that the detail shows


def compare(left: Path, right: Path, how: How) -> Outcome:
    """The verdict on two files with the same name."""
    if filecmp.cmp(left, right, shallow=False):
        return Outcome(EQUAL)
    suffix = left.suffix.lower()
    if suffix in packed.OPENERS:
        return packed.compare(left, right, how, compare, text)
    return BY_SUFFIX.get(suffix, text)(left, right, how)


def parquet(left: Path, right: Path, how: How) -> Outcome:
    """Two Parquet files."""
    from migrator.parity import frames

    return frames.compare_parquet(left, right, how)


def csv(left: Path, right: Path, how: How) -> Outcome:
    """Two CSV files; as text where they are not regular tables."""
    from migrator.parity import frames

    found = frames.compare_csv(left, right, how)
    return found if found is not None else text(left, right, how, "not a regular table, compared as text: ")


def as_json(left: Path, right: Path, how: How) -> Outcome:
    """Two JSON files, whatever their layout."""
    try:
        one, two = (_json(path.read_text(encoding="utf-8"), how) for path in (left, right))
    except ValueError:
        return text(left, right, how, "not JSON, compared as text: ")
    return values.compare(Json(one), Json(two), how)


def json_lines(left: Path, right: Path, how: How) -> Outcome:
    """Two files with a JSON value in each line; by key in any order, else line by line."""
    try:
        one, two = ([_json(line, how) for line in _rows(path)] for path in (left, right))
    except ValueError:
        return text(left, right, how, "not JSON lines, compared as text: ")
    return values.compare(Json(one), Json(two), how)


def text(left: Path, right: Path, how: How, said: str = "") -> Outcome:
    """A unified diff, or the sizes where the files are not text."""
    try:
        one, two = _lines(left), _lines(right)
    except UnicodeDecodeError:
        return Outcome(DIFFERENT, f"bytes: {left.stat().st_size} | {right.stat().st_size} long")
    diff = [line.rstrip("\n") for line in difflib.unified_diff(one, two, *how.names, n=1)]
    if not diff:  # the same lines with other line ends
        return Outcome(DIFFERENT, said + "line ends")
    more = [f"... and {len(diff) - LINES} more lines"] if len(diff) > LINES else []
    return Outcome(DIFFERENT, said + "\n".join(diff[:LINES] + more))


def _json(text: str, how: How) -> object:
    return json_text.loads(text, exact=not how.tolerance)


def _rows(path: Path) -> list[str]:
    """The lines that hold something; only a line feed ends one, since JSON's texts may hold other line ends."""
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


BY_SUFFIX = {".parquet": parquet, ".csv": csv, ".json": as_json, ".jsonl": json_lines, ".ndjson": json_lines}
