"""`migrate up`: what cannot run is told in one line before anything starts, and costs nothing."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def up(*options: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """With temporary files below `folder`, which tells what stays of them."""
    command = [sys.executable, "-m", "migrator", "up", *options]
    env = {"PATH": "/usr/bin:/bin", "TMPDIR": str(folder), "HOME": str(folder)}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--airflow-python", "/no/such/python"), "/no/such/python: No such file"),
        (("--dags", "no_such_folder"), "no_such_folder: no such folder; --dags names"),
        (("--project", "tests"), "tests has no migration.json"),
        (("--project", "dagster_defs", "--project", "./dagster_defs"), "two projects are called alike"),
        (("--postgres", "mysql://db/orders"), "--postgres takes postgresql://"),
        (("--postgres", "postgresql://db/orders", "--sqlite"), "exclude each other"),
        (("--dag", "order_pipeline"), "--dag and --date are for --check"),
        (("--dagster-python", "/bin/sh"), "/bin/sh does not run as Python"),
    ],
)
def test_a_wrong_call_is_told(options: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = up(*options, folder=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_interpreter_without_airflow_is_told(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    done = up("--airflow-python", str(tmp_path / "bare" / "bin" / "python"), folder=tmp_path)
    assert done.returncode == 2
    assert "has no Airflow: give --airflow-python" in done.stderr


def test_an_airflow_that_is_too_old_is_told(airflow27_python: str, tmp_path: Path) -> None:
    done = up("--airflow-python", airflow27_python, folder=tmp_path)
    assert done.returncode == 2
    assert "has Airflow 2.7.3; 2.11 and 3 can be started" in done.stderr


def test_a_port_that_is_taken_is_told_and_nothing_stays(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = ("--sqlite", "--airflow-port", str(port), "--dagster-port", "0")
        done = up(*options, folder=tmp_path)
    assert done.returncode == 2
    assert f"ports that are taken: {port} (airflow-webserver)" in done.stderr
    assert not list(tmp_path.iterdir())
