"""What the user hears when the interpreter is the wrong one; what happens when the client goes away."""

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from migrator.runtime import airflow_client
from migrator.runtime.airflow_client import PROBE, Airflow, AirflowError
from tests.probe.conftest import DAGS, gone


def starting(python: str, tmp_path: Path) -> str:
    """The message of an interpreter that does not start."""
    with pytest.raises(AirflowError) as caught:
        Airflow(python, DAGS, state=tmp_path).open()
    assert caught.value.kind == "start"
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert (
        starting("/nowhere/python", tmp_path)
        == "/nowhere/python cannot be started: No such file or directory"
    )


def test_a_python_without_airflow(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    assert "has no Airflow: ModuleNotFoundError" in starting(str(bare / "bin" / "python"), tmp_path)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        pytest.param("echo hello; sleep 1", "it answers b'hello'", id="it says something else"),
        pytest.param("exit 4", "ended with exit status 4", id="it ends at once"),
        pytest.param("echo 'no such option' >&2; exit 2", "status 2: no such option", id="it complains"),
    ],
)
def test_a_program_that_is_no_python(tmp_path: Path, program: str, said: str) -> None:
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\n{program}\n")
    fake.chmod(0o755)
    assert said in starting(str(fake), tmp_path)


def test_it_starts_again_after_its_process_was_killed(
    python: str, state: Path, settings: dict[str, str]
) -> None:
    with Airflow(python, DAGS, state=state, env=settings) as airflow:
        assert airflow._process is not None
        airflow._process.kill()
        airflow._process.wait()
        assert airflow.load(["steps.py"])["errors"] == []


def test_what_a_killed_process_left_behind_is_swept(airflow2_python: str, tmp_path: Path) -> None:
    left = tmp_path / "request-4194304.db"  # above the highest process id there can be
    left.touch()
    with Airflow(airflow2_python, DAGS, state=tmp_path):
        assert not left.exists()


# A shell that starts its job in the background lets it ignore SIGINT, and what it starts inherits that.
CLIENT = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
sys.path.insert(0, sys.argv[1])
from airflow_client import Airflow
with Airflow(sys.argv[2], Path(sys.argv[3]), state=Path(sys.argv[4])) as airflow:
    airflow.load(["hostile/hangs.py"])
"""


def wait_for(path: Path) -> int:
    """The process id that a DAG file writes down."""
    for _ in range(600):
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.1)
    raise AssertionError(f"{path} never came")


@pytest.mark.parametrize(
    "number", [pytest.param(s, id=s.name) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)]
)
def test_what_runs_ends_with_the_client(
    airflow2_python: str, state: Path, tmp_path: Path, number: signal.Signals
) -> None:
    command = [sys.executable, "-c", CLIENT, PROBE.parent, airflow2_python, DAGS, state]
    client = subprocess.Popen(
        command, env={**os.environ, "SCRATCH": str(tmp_path)}, stderr=subprocess.DEVNULL
    )
    sleeper = wait_for(tmp_path / "sleeper")
    client.send_signal(number)
    client.wait(timeout=120)
    assert gone(sleeper)


def test_the_probe_keeps_to_the_syntax_of_python_3_7() -> None:
    ast.parse(PROBE.read_text(), feature_version=(3, 7))


@pytest.mark.parametrize("path", [PROBE, Path(airflow_client.__file__)], ids=lambda p: p.name)
def test_what_is_copied_into_projects_imports_the_standard_library_only(path: Path) -> None:
    tree = ast.parse(path.read_text())
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
