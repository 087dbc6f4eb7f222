"""How a command ends: the statuses that docs/commands.md promises, and nothing but its own words on the screen."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.processes import has_children, has_worked

MIGRATE = [sys.executable, "-m", "migrator"]
SLOW = "from airflow import DAG\n" + "".join(
    f"dag_{i} = DAG('d{{}}_{i}', schedule='@daily')\n" for i in range(60)
)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    for number in range(150):
        (tmp_path / f"f{number}.py").write_text(SLOW.replace("{}", str(number)))
    return tmp_path


def test_a_reader_that_has_enough_ends_it_in_silence() -> None:
    script = f"{shlex.join(MIGRATE)} rules | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert done.stderr == "" and done.stdout.splitlines()[-1] in ("0", "141")


def test_a_pipe_that_is_closed_from_the_start_is_a_141() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*MIGRATE, "rules"], stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_full_disk_behind_the_output_is_a_2() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*MIGRATE, "rules"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2 and done.stderr == "migrate: No space left on device\n"


def test_a_closed_output_is_no_traceback() -> None:
    done = subprocess.run(["bash", "-c", f"{shlex.join(MIGRATE)} rules >&-"], capture_output=True, text=True)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("when", ["starting", "with workers", "working"])
def test_ctrl_c_is_a_130_in_silence(many: Path, when: str) -> None:
    command = [*MIGRATE, "scan", str(many), "--no-cache", "--jobs", "2"]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert has_worked(running, 0.12) if when == "starting" else has_children(running)
    if when == "working":
        time.sleep(0.5)
    os.killpg(running.pid, signal.SIGINT)  # a terminal sends it to all of them
    _, said = running.communicate(timeout=120)
    assert (running.returncode in (130, -signal.SIGINT), said) == (True, "")


def test_the_help_of_the_program_and_an_empty_call() -> None:
    assert subprocess.run([*MIGRATE, "--help"], capture_output=True).returncode == 0
    done = subprocess.run(MIGRATE, capture_output=True, text=True)
    assert done.returncode == 2 and "Usage: migrate" in done.stderr
