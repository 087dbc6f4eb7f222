"""Records that stay: what one side of a DAG has finished is not run again by a comparison that is started again.

Beside the records of a side, `finished.json` says what they were made from, as a fingerprint, and which files belong
to them. It is written last and at once, and removed first: records without it are half a side, and never read.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from migrator import atomic
from migrator.errors import UsageError
from migrator.parity import record
from migrator.parity.record import Before, Record

NAME = "finished.json"
RUNS = "runs"  # the folder of the records, below that of the side
FORMAT = 1


def made(
    side: Path,
    fingerprint: str,
    make: Callable[[], list[Record]],
    *,
    where: Path = Path(),
    resume: bool = True,
) -> tuple[list[Record], bool]:
    """The records of a side that runs in the sandbox `where`, and whether they are those of an earlier comparison."""
    if resume and (found := read(side, fingerprint)) is not None:
        return found, True
    forget(side)
    records = make()
    _write(side, fingerprint, records, where)
    return records, False


def read(side: Path, fingerprint: str) -> list[Record] | None:
    """The finished records of a side; None where there are none, or not of this fingerprint, or not all of them."""
    try:
        body = json.loads((side / NAME).read_text(encoding="utf-8"))
        if (body["version"], body["fingerprint"]) != (FORMAT, fingerprint) or body["files"] != _files(side):
            return None
        return [_restored(side, run) for run in body["runs"]]
    except (OSError, ValueError, KeyError, TypeError, UsageError):
        return None


def where_made(side: Path) -> str | None:
    """The sandbox of the records of a side; None where there are none."""
    try:
        return str(json.loads((side / NAME).read_text(encoding="utf-8"))["where"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget(side: Path) -> None:
    """Removes what an earlier comparison has left, first of all the word that it was finished."""
    (side / NAME).unlink(missing_ok=True)
    shutil.rmtree(side, ignore_errors=True)


def _write(side: Path, fingerprint: str, records: list[Record], where: Path) -> None:
    runs = [
        {
            "folder": each.folder.relative_to(side).as_posix(),
            "dates": each.dates,
            "first": [asdict(before) for before in each.first],
        }
        for each in records
    ]
    body = {
        "version": FORMAT,
        "fingerprint": fingerprint,
        "where": str(where),
        "runs": runs,
        "files": _files(side),
    }
    side.mkdir(parents=True, exist_ok=True)
    atomic.write(side / NAME, (json.dumps(body, indent=1) + "\n").encode())


def _files(side: Path) -> dict[str, int]:
    """The files of the records, and how long each is: one that was lost or cut is seen."""
    found = sorted(path for path in (side / RUNS).rglob("*") if path.is_file())
    return {path.relative_to(side).as_posix(): path.stat().st_size for path in found}


def _restored(side: Path, run: dict[str, object]) -> Record:
    first, dates = run["first"], run["dates"]
    if not isinstance(first, list) or not isinstance(dates, list):
        raise TypeError("dates or first have the wrong form")
    before = tuple(
        Before(one["dag_id"], tuple(one["interval"]) if one["interval"] else None, one["logical_date"])
        for one in first
    )
    return replace(record.read(side / str(run["folder"])), first=before, dates=tuple(map(str, dates)))
