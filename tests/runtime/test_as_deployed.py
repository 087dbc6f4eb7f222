"""A job of outcome ops with a process for each step, as it is deployed: states, colours, re-execution."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
Execute = Callable[..., dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def execute(tmp_path: Path, folder: Path) -> Execute:
    """Run the job in a process of its own, and its steps in theirs."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "dagster.yaml").touch()
    paths = os.pathsep.join([str(HERE), str(HERE.parent.parent)])
    environment = {**os.environ, "DAGSTER_HOME": str(home), "NIGHTLY": str(folder), "PYTHONPATH": paths}

    def run(*arguments: str) -> dict[str, Any]:
        command = [sys.executable, str(HERE / "execute.py"), "nightly", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    return run


def test_a_failed_arm_is_red_and_what_must_follow_still_runs(folder: Path, execute: Execute) -> None:
    (folder / "down").touch()
    first = execute("spawn")
    assert not first["success"]
    assert first["states"] == {
        "choose": "success",
        "full": "failed",
        "delta": "skipped",
        "join": "upstream_failed",
        "cleanup": "success",
        "alert": "success",
    }
    assert set(first["errors"]) == {"full", "join"}  # what is red
    assert first["errors"]["full"] == "ConnectionError: the source is down"
    assert first["tries"]["full"] == 2
    assert {p.name for p in folder.iterdir()} == {"down", "alert"}

    (folder / "down").unlink()
    second = execute("forkserver", first["run_id"])
    assert second["success"]
    assert second["tries"].keys() == {"full", "join", "cleanup", "alert", "publish"}
    assert second["states"] == {
        "full": "success",
        "join": "success",
        "cleanup": "success",
        "alert": "skipped",
    }
    assert (folder / "published").exists()


def test_a_green_run_skips_the_other_arm_and_the_alert(folder: Path, execute: Execute) -> None:
    done = execute("forkserver")
    assert done["success"]
    assert (done["states"]["delta"], done["states"]["alert"]) == ("skipped", "skipped")
    assert {p.name for p in folder.iterdir()} == {"published"}


def test_a_process_that_dies_fails_the_run_and_nothing_waits_for_it(folder: Path, execute: Execute) -> None:
    (folder / "out of memory").touch()
    done = execute("forkserver")
    assert not done["success"]
    assert done["states"] == {"choose": "success", "delta": "skipped"}
