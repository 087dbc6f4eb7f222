"""Unchanged DAGs of Airflow 2 run inside Dagster's own process, through dagster-airflow."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.phase_one.conftest import DAGS, Imported

Run = dict[str, Any]


@pytest.fixture(scope="module")
def good(imported: Callable[..., Imported]) -> Run:
    return imported("2", "in-process").run("all_good", partition="2024-01-03")


def green(run: Run, *names: str) -> dict[str, bool | None]:
    return {name: run["steps"].get(f"all_good__{name}", {}).get("green") for name in names}


def test_tasks_run_with_their_retries(good: Run) -> None:
    step = good["steps"]["all_good__retried"]
    assert (step["green"], step["retries"]) == (True, 1)


def test_branches_mapping_and_xcoms_work(good: Run) -> None:
    names = ("choose", "left", "right", "under", "join", "numbers", "double", "total")
    assert green(good, *names) == dict.fromkeys(names, True)


def test_after_a_failure_no_rule_is_applied_and_the_run_fails(good: Run) -> None:
    assert green(good, "mild", "after_mild") == {"mild": False, "after_mild": None}
    assert not good["success"]


def test_a_run_is_the_scheduled_one_of_its_date(good: Run, imported: Callable[..., Imported]) -> None:
    database = next(imported("2", "in-process").folder.parent.glob("*/storage/*/airflow_home/airflow.db"))
    rows = xcoms(database)
    assert rows["extract"] == ["2024-01-03", "2024-01-04", {}]
    assert (rows["total"], rows["retried"]) == (12, 2)


def xcoms(database: Path) -> dict[str, Any]:
    import sqlite3

    with sqlite3.connect(database) as connection:
        rows = connection.execute("select task_id, value from xcom where key = 'return_value'").fetchall()
    return {task_id: json.loads(value) for task_id, value in rows}


def test_the_command_line_runs_a_date_by_its_tag(imported: Callable[..., Imported], tmp_path: Path) -> None:
    project = imported("2", "in-process")
    tags = json.dumps({"airflow_execution_date": "2024-01-03T00:00:00+00:00"})
    dagster = Path(project.python).with_name("dagster")
    command = [str(dagster), "job", "execute", "-m", f"{project.folder.name}.definitions", "-j", "repairable"]
    notes = tmp_path / "notes"
    Path(f"{notes}.repaired").touch()
    home = {"DAGSTER_HOME": str(tmp_path), "AIRFLOW_DAGS_FOLDER": str(DAGS), "NOTES": str(notes)}
    done = subprocess.run(
        [*command, "--tags", tags],
        cwd=project.folder.parent,
        env={**os.environ, **home},
        capture_output=True,
        text=True,
    )
    assert "RUN_SUCCESS" in done.stderr, done.stderr[-3000:]
    assert notes.read_text().split() == ["before", "tried", "after"]


def test_the_deployments_database_is_never_opened(imported: Callable[..., Imported], tmp_path: Path) -> None:
    theirs = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path / 'theirs.db'}"}
    imported("2", "in-process").run("goes_wrong", {**theirs, "NOTES": str(tmp_path / "notes")})
    assert not (tmp_path / "theirs.db").exists()
