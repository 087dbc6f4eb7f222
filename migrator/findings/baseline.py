"""A baseline: findings that a team knows and lives with for now, so that only new ones count.

An entry is told by what was found and where, but not by its line: code that moves within a file is not new. Where the
same thing is found several times, the entry counts how often. The file is JSON, one entry a line and sorted, so that
a change of it reads well in a review.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from migrator import atomic
from migrator.errors import UsageError

Json: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, str, str, str, str]

VERSION = 1
LARGEST = 200_000_000  # bytes; a million entries
PLACE = re.compile(r"(?<=:)\d+\b|(?<=\bline )\d+\b|(?<=\blines )\d+\b")
FIELDS = ("file", "code", "dag_id", "task_id", "message")
OPTIONAL = ("dag_id", "task_id")


class Baseline:
    """Counts of known findings. `is_new` takes each from its count, so it is asked once for each finding."""

    def __init__(self, counts: Mapping[Key, int] | None = None) -> None:
        self._left: Counter[Key] = Counter(counts or {})

    @classmethod
    def of(cls, findings: Iterable[Json]) -> "Baseline":
        """The baseline that knows all of these."""
        return cls(Counter(map(_key, findings)))

    @classmethod
    def read(cls, path: Path) -> "Baseline":
        """The baseline of a file. Raises UsageError with file and line."""
        try:
            if path.stat().st_size > LARGEST:
                raise UsageError(f"{path}: more than {LARGEST} bytes; this is no baseline")
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise UsageError(f"{path}: there is no such file; --update-baseline writes it") from None
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{path}: not UTF-8; this is no baseline") from error
        return cls(_counts(path, text))

    def is_new(self, finding: Json) -> bool:
        """Whether the baseline does not know it, or has seen it as often as it knows it."""
        key = _key(finding)
        if self._left[key] <= 0:
            del self._left[key]
            return True
        self._left[key] -= 1
        return False

    def stale(self) -> list[dict[str, Any]]:
        """The entries that no finding has asked for: mended, or not scanned."""
        return [_entry(key, count) for key, count in sorted(self._left.items()) if count > 0]

    def write(self, path: Path) -> None:
        """Whole or not at all; a file that says the same already is not touched. Raises OSError."""
        entries = ",\n".join(
            f"  {json.dumps(_entry(key, count), ensure_ascii=False)}"
            for key, count in sorted(self._left.items())
            if count > 0
        )
        text = f'{{"version": {VERSION}, "findings": [\n{entries}\n]}}\n'
        data = text.encode("utf-8", "surrogateescape")
        if not path.is_file() or path.read_bytes() != data:
            atomic.write(path, data)

    def __len__(self) -> int:
        return sum(count for count in self._left.values() if count > 0)


def _key(finding: Json) -> Key:
    file, code, dag_id, task_id, message = (str(finding.get(field) or "") for field in FIELDS)
    return file, code, dag_id, task_id, PLACE.sub("…", message)


def _entry(key: Key, count: int) -> dict[str, Any]:
    entry: dict[str, Any] = {
        field: part for field, part in zip(FIELDS, key, strict=True) if part or field not in OPTIONAL
    }
    return entry | ({"count": count} if count > 1 else {})


def _counts(path: Path, text: str) -> Counter[Key]:
    try:
        told = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}:{error.lineno}: no JSON: {error.msg}") from error
    except RecursionError:
        raise UsageError(f"{path}: nested too deeply; this is no baseline") from None
    if not isinstance(told, dict) or not isinstance(told.get("findings"), list):
        raise UsageError(f"{path}: not a baseline; --update-baseline writes one")
    if told.get("version") != VERSION:
        raise UsageError(
            f"{path}: a baseline of version {told.get('version')!r}; this program knows {VERSION}"
        )
    counts: Counter[Key] = Counter()
    for number, entry in enumerate(told["findings"], 1):
        counts[_read_key(path, number, entry)] += entry.get("count", 1)
    return counts


def _read_key(path: Path, number: int, entry: Any) -> Key:
    """The key of an entry, which a person may have edited. Raises UsageError."""
    texts = isinstance(entry, dict) and all(isinstance(entry.get(f, ""), str) for f in FIELDS)
    if not texts or not {"file", "code", "message"} <= entry.keys():
        raise UsageError(f"{path}: entry {number}: file, code and message are needed, as texts")
    count = entry.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise UsageError(f"{path}: entry {number}: count is a number from 1 on")
    return _key(entry)
