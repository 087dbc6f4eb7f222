"""The instance of a comparison is thrown away after it: nothing in it has to outlast a power cut."""

import functools
import os
import sqlite3
from pathlib import Path

import dagster as dg
from sqlalchemy import event
from sqlalchemy.engine import Engine


@functools.cache
def do_not_sync() -> None:
    """SQLite does not wait for the disk at each of Dagster's many small writes, which takes longer than most steps.

    It holds for this process, and for files below DAGSTER_HOME only: databases of the user's own are left alone.
    """
    event.listen(Engine, "connect", _do_not_wait_for_the_disk)


def _do_not_wait_for_the_disk(connection: object, _record: object) -> None:
    home = os.environ.get("DAGSTER_HOME")
    if not home or not isinstance(connection, sqlite3.Connection):
        return
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    if path and Path(home).resolve() in Path(path).resolve().parents:
        connection.execute("PRAGMA synchronous=OFF")


def make_instance(home: str) -> None:
    """An instance whose databases are made, which takes longer than most jobs: each request gets a copy."""
    Path(home, "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    os.environ["DAGSTER_HOME"] = home
    dg.DagsterInstance.get().dispose()
