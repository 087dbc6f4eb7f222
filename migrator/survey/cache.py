"""Units of earlier surveys, kept by what they depended on: a file is read again when an answer has changed.

One SQLite file in the user's cache folder. Readers and one writer at a time, from any number of runs; another
version of the tool, of Python or of the plan has rows of its own. What cannot be read is left out, never trusted.
"""

import hashlib
import json
import os
import sqlite3
import sys
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path

from migrator import __version__
from migrator.record import dataclass
from migrator.survey.reading import Setting
from migrator.survey.unit import Told, Unit

NAME = "scan.sqlite"
FORMAT = 1  # of the table and its rows
DAYS = 30  # rows that nobody asked for are forgotten
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS units_{FORMAT} (setting TEXT, key TEXT, unit BLOB, used INT, PRIMARY KEY (setting, key))
    WITHOUT ROWID
"""


def default_folder() -> Path | None:
    """`$MIGRATE_CACHE_DIR`, or the user's cache folder of this platform; None for a user who has none."""
    if named := os.environ.get("MIGRATE_CACHE_DIR"):
        return Path(named)
    from platformdirs import user_cache_path

    found = user_cache_path("migrate", appauthor=False)
    return found if found.is_absolute() else None  # without a home, it would be a folder `~` where we are


@dataclass(frozen=True)
class Kept:
    """A unit and its bytes; `aging` when it was last used on another day."""

    unit: Unit
    data: bytes
    aging: bool


class Cache:
    """Safe to open twice, also in processes that were forked from each other: each connects for itself."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        self.file = folder / NAME
        self.setting = _digest(setting)
        self._pid = 0
        self._db: sqlite3.Connection | None = None
        self._broken = False  # it did not answer once; it is not waited for again

    def get(self, key: str) -> Kept | None:
        """What was kept under a key; whether it still holds is for the caller to see."""
        if self._broken:
            return None
        try:
            query = f"SELECT unit, used FROM units_{FORMAT} WHERE setting = ? AND key = ?"
            row = self._connection().execute(query, (self.setting, key)).fetchone()
            return Kept(loads(row[0]), row[0], row[1] < _today()) if row else None
        except sqlite3.Error as error:
            self._broken = "no such table" not in str(error)  # nothing was kept so far
            return None
        except (OSError, ValueError, TypeError, AttributeError, RecursionError, zlib.error):
            return None

    def put(self, units: Iterable[tuple[str, bytes]]) -> None:
        """Keep these. A cache that cannot be written is no reason to fail."""
        rows = [(self.setting, key, data, _today()) for key, data in units]
        with suppress(sqlite3.Error, OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._put(rows)
            except sqlite3.OperationalError:  # locked, read-only, no space: another day
                pass
            except sqlite3.DatabaseError:  # it is damaged, or no database
                self._renew()
                self._put(rows)

    def _put(self, rows: list[tuple[str, str, bytes, int]]) -> None:
        db = self._connection()
        with db:
            db.execute(SCHEMA)
            db.executemany(f"INSERT OR REPLACE INTO units_{FORMAT} VALUES (?, ?, ?, ?)", rows)

    def _renew(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db = None
        for name in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
            self.file.with_name(name).unlink(missing_ok=True)

    def forget(self) -> None:
        """Drop what has not been used for a month; at most once in a run."""
        oldest = _today() - DAYS
        with suppress(sqlite3.Error, OSError):
            db = self._connection()
            with db:
                db.execute(f"DELETE FROM units_{FORMAT} WHERE used < ?", (oldest,))

    def _connection(self) -> sqlite3.Connection:
        if self._db is None or self._pid != os.getpid():
            self._pid = os.getpid()
            self._db = sqlite3.connect(self.file, timeout=10)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
        return self._db


def dumps(unit: Unit) -> bytes:
    """As bytes that tell when they were damaged."""
    body = [unit.path, [astuple(d) for d in unit.dags], unit.findings, dict(unit.asked)]
    return zlib.compress(json.dumps(body, ensure_ascii=True).encode(), 1)


def loads(data: bytes) -> Unit:
    """The unit of these bytes. Raises ValueError, TypeError or zlib.error."""
    path, dags, findings, asked = json.loads(zlib.decompress(data))
    told = tuple(Told(dag_id, line, tuple(steps), head, body) for dag_id, line, steps, head, body in dags)
    return Unit(path, told, tuple(tuple(row) for row in findings), asked)


def _today() -> int:
    return int(time.time() // 86400)


def _digest(setting: Setting) -> str:
    """Of all that a unit depends on beside files: this tool, this Python, the plan."""
    plan = setting.plan.model_dump_json() if setting.plan else ""
    parts = [__version__, _code(), sys.version, os.path.realpath(setting.root), str(setting.airflow), plan]
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()


def _code() -> str:
    """Of the tool's own files, so that a checkout that changes has no stale results."""
    package = Path(__file__).parents[1]
    found = []
    for folder, _, names in os.walk(package):
        for name in names:
            if name.endswith(".py"):
                with suppress(OSError):  # it was there a moment ago
                    stat = os.stat(os.path.join(folder, name))
                    found.append(f"{name} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
