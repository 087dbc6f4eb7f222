"""scan and convert work where neither Dagster nor Airflow nor pandas is installed."""

import os
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# As if only the packages of `pip install migrator` were there: Python reads this file at each start, also of the
# processes that a command starts, and the other packages cannot be found then.
SITE = """
import sys

ABSENT = {"airflow", "dagster", "dagster_airflow", "dagster_shared", "pandas", "pyarrow", "numpy", "ibis",
          "duckdb", "deepdiff", "sqlalchemy", "pendulum"}

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
"""

DAG = """
from datetime import datetime

from airflow.decorators import dag, task


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def orders():
    @task
    def extract():
        return [1, 2, 3]

    @task
    def total(rows):
        return sum(rows)

    total(extract())


orders()
"""


def migrate_without(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    site = cwd / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(SITE)
    command = [sys.executable, "-m", "migrator", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "orders.py").write_text(DAG)
    return folder


def test_scan_works_with_the_core_packages_alone(dags: Path, tmp_path: Path) -> None:
    done = migrate_without("scan", dags, "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert '"orders"' in done.stdout


def test_convert_works_with_the_core_packages_alone(dags: Path, tmp_path: Path) -> None:
    done = migrate_without("convert", dags, "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "migration.json").exists()
    assert "not verified" in done.stderr


def test_compare_says_at_once_what_to_install(tmp_path: Path) -> None:
    done = migrate_without("compare", tmp_path, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'migrator[compare]'" in done.stderr and "Traceback" not in done.stderr


def test_the_packages_are_really_hidden(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    assert migrate_without("demo", "--out", tmp_path / "out", cwd=tmp_path).returncode != 0


def test_the_core_packages_name_neither_system() -> None:
    core = " ".join(wanted for wanted in requires("migrator") or [] if "extra ==" not in wanted)
    assert "airflow" not in core and "dagster" not in core and "pandas" not in core


def test_a_locked_version_has_no_address() -> None:
    for lock in (ROOT / "constraints").glob("*.txt"):
        lines = [line for line in lock.read_text().splitlines() if not line.startswith("#")]
        assert lines and not [line for line in lines if "==" not in line or "/" in line or "@" in line]
