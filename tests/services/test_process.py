"""A guard: nothing of a program outlives it, however it or its starter ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from migrator.services.process import Process
from tests.processes import until

# A program that starts another in a group of its own, tells both numbers, and waits for a signal.
FAMILY = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
print(os.getpid(), child.pid, flush=True)
{then}
"""
STARTER = """
import sys, time
from pathlib import Path
from migrator.services.process import Process
Process([sys.executable, "-c", sys.argv[1]], Path(sys.argv[2]))
time.sleep(1000)
"""


def family(then: str = "time.sleep(1000)") -> list[str]:
    return [sys.executable, "-c", FAMILY.format(then=then)]


def members(log: Path) -> list[int]:
    assert until(lambda: log.exists() and log.read_text().endswith("\n"))
    return [int(pid) for pid in log.read_text().split()]


def runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int]) -> bool:
    return until(lambda: not any(map(runs, pids)))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def test_a_stopped_program_leaves_nothing(log: Path) -> None:
    process = Process(family(), log)
    pids = members(log)
    assert all(map(runs, pids))
    assert process.stop() == 128 + signal.SIGTERM
    assert gone(pids)


def test_what_a_program_leaves_when_it_ends_by_itself_is_killed(log: Path) -> None:
    process = Process(family("sys.exit(3)"), log)
    assert until(lambda: process.ended() is not None)
    assert process.ended() == 3
    assert gone(members(log))


def test_a_killed_program_leaves_nothing(log: Path) -> None:
    process = Process(family(), log)
    pids = members(log)
    os.kill(pids[0], signal.SIGKILL)
    assert until(lambda: process.ended() == 128 + signal.SIGKILL)
    assert gone(pids)


def test_a_killed_starter_leaves_nothing(log: Path) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER, FAMILY.format(then="time.sleep(1000)"), log])
    pids = members(log)
    starter.kill()
    starter.wait()
    assert gone(pids)


def test_a_program_that_does_not_listen_is_killed_after_its_time(log: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(1000)"
    process = Process([sys.executable, "-c", f"import time; {deaf}"], log, grace=0.2)
    assert until(lambda: "deaf" in "".join(process.last_lines()))
    assert process.stop() == 128 + signal.SIGKILL


def test_a_program_that_is_not_there_is_told(log: Path) -> None:
    process = Process(["/no/such/program"], log)
    assert process.stop() == 127
    assert "/no/such/program: No such file" in "".join(process.last_lines())
