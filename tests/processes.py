"""Waiting for another process by what it does, never by the clock: a busy machine is no failure."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONG = 120.0  # seconds; nobody waits for them unless something is broken


def until(condition: Callable[[], Any], seconds: float = LONG) -> bool:
    """Whether it came true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def lives(pid: int) -> bool:
    """Whether it runs; one that has ended and that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):  # the latter if it ends while it is read
        return False


def children(process: "subprocess.Popen[str]") -> list[int]:
    """The processes that it has started and that still run."""
    shown = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in shown.read_text().split()] if shown.exists() else []


def has_children(process: "subprocess.Popen[str]") -> bool:
    """Wait until its workers have come; where nobody can tell, for a while."""
    if not Path("/proc/self/task").exists():
        time.sleep(5)
        return True
    return until(lambda: process.poll() is not None or children(process)) and process.poll() is None


def has_worked(process: "subprocess.Popen[str]", seconds: float) -> bool:
    """Wait until it has used that much processor time."""
    if not Path("/proc/self/stat").exists():
        time.sleep(seconds)
        return True
    return until(lambda: process.poll() is not None or _used(process.pid) >= seconds)


def _used(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
