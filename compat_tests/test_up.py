"""`migrate up --check`: both systems start from nothing, run a DAG each, and leave no process behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compat_tests.sides import AIRFLOW2, AIRFLOW3, DAGS, ROOT

BUNDLE = ("--dags", str(DAGS), "--project", str(ROOT / "dagster_defs"), "--plan", str(ROOT / "migrate.yaml"))
ANY_PORTS = ("--airflow-port", "0", "--dagster-port", "0")


def left_behind(work: Path) -> list[str]:
    """Processes that name this folder in their command or their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(work) in told:
            found.append(told.partition(b"\0\0")[0].decode(errors="replace")[:200])
    return found


def up(airflow: str, work: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "migrator", "up", "--airflow-python", airflow, *BUNDLE, *ANY_PORTS]
    return subprocess.run(
        [*command, "--work", str(work), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    ("airflow", "options", "dag_id"),
    [
        pytest.param(AIRFLOW2, ("--s3",), "revenue_report", id="Airflow 2.11 in PostgreSQL, with the shop"),
        pytest.param(AIRFLOW3, ("--sqlite",), "refresh_catalog", id="Airflow 3 in SQLite"),
    ],
)
def test_both_systems_start_run_a_dag_and_stop(
    airflow: str, options: tuple[str, ...], dag_id: str, tmp_path: Path
) -> None:
    done = up(airflow, tmp_path, "--check", "--dag", dag_id, "--date", "2024-03-30", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "check: passed" in done.stdout
    in_files = "--sqlite" in options
    assert ("SQLite" in done.stdout) == in_files, "PostgreSQL is missing: run `make env`"
    assert ("without AIRFLOW_CONN_ORDERS_DB, REPORTS_BUCKET" in done.stderr) == in_files
    assert left_behind(tmp_path) == []
