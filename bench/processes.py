"""Commands as a user starts them: how long, and how much memory with all processes that they start."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BREATH = 0.2  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """`busy` is processor time of all processes, which other work on the machine hardly changes.

    Those for which nobody waits count as far as they were seen.

    `megabytes` is the largest sum over all processes at one moment; shared pages count for each of them.
    """

    seconds: float
    busy: float
    megabytes: float


def scan(folder: Path, *options: str, cache: Path | None = None) -> Run:
    """`migrate scan` of a folder, from the start of the interpreter to its end."""
    words = [sys.executable, "-m", "migrator", "scan", str(folder), "--format", "json", *options]
    with tempfile.NamedTemporaryFile() as report:
        extra = ["--output", report.name, *([] if cache else ["--no-cache"])]
        return run([*words, *extra], MIGRATE_CACHE_DIR=str(cache or ""))


def environment() -> dict[str, str]:
    """That of an installed package: its modules are compiled already, also where this checkout's are not."""
    found = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return found | {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / f"bench-bytecode-{os.getuid()}")}


def run(words: Sequence[str], *, quiet: bool = False, expected: int = 0, **extra: str) -> Run:
    """Any command; `quiet`: what it says of its work is not shown.

    Raises CalledProcessError when it ends with another status than the expected one.
    """
    started, before, most = time.perf_counter(), _busy(), 0.0
    seen: dict[int, float] = {}
    stderr = subprocess.DEVNULL if quiet else None
    with subprocess.Popen(
        words, env=environment() | extra, stdout=subprocess.DEVNULL, stderr=stderr
    ) as process:
        while process.poll() is None:
            most = max(most, _megabytes(process.pid, seen))
            try:
                process.wait(BREATH)
            except subprocess.TimeoutExpired:
                continue
    if process.returncode != expected:
        raise subprocess.CalledProcessError(process.returncode, words)
    return Run(time.perf_counter() - started, max(_busy() - before, sum(seen.values())), most)


def _busy() -> float:
    """Processor seconds of all processes that have ended, with those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _megabytes(pid: int, seen: dict[int, float]) -> float:
    """Of a process and all below it; 0 where the platform does not tell. `seen` gets the seconds that each has used."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            status = Path(f"/proc/{one}/status").read_text()
            seen[one] = _seconds(one)
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return total / 1024


def _seconds(pid: int) -> float:
    """Processor time of a process alone."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
