"""A real Dagster daemon, for what only it does: schedules, sensors, freshness."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

CODE = "code_of_daemon.py"
HOME = "home"
SETTINGS = """
telemetry: {{enabled: false}}
concurrency: {{runs: {{max_concurrent_runs: {runs}}}}}
run_launcher: {{module: dagster._core.launcher.sync_in_memory_run_launcher, class: SyncInMemoryRunLauncher}}
"""


def make_home(place: Path, runs: int = -1) -> Path:
    """DAGSTER_HOME of a place. Its tables are there before a daemon starts: two processes that first open one SQLite
    file at once both make them, and the second of them fails.
    """
    (place / HOME).mkdir(exist_ok=True)
    (place / HOME / "dagster.yaml").write_text(SETTINGS.format(runs=runs), encoding="utf-8")
    with dg.DagsterInstance.from_config(str(place / HOME)) as instance:
        instance.get_runs_count()
    return place / HOME


@contextmanager
def daemon_of(place: Path, runs: int = -1, **environment: object) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon for the definitions in `CODE` that lets so many runs begin at once: -1 is no limit."""
    own = {"DAGSTER_HOME": make_home(place, runs), "PYTHONPATH": Path(__file__).parents[1], **environment}
    command = [sys.executable, "-m", "dagster._daemon", "run", "-f", str(place / CODE)]
    with (place / "log").open("ab") as log:
        started = subprocess.Popen(
            command,
            env={**os.environ, **{k: str(v) for k, v in own.items()}},
            cwd=place,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def wait_until(there: Callable[[], bool], place: Path, daemon: "subprocess.Popen[bytes]") -> None:
    """Until it is; the bound is there for a daemon that does nothing."""
    end = time.monotonic() + 600
    while not there():
        assert time.monotonic() < end and daemon.poll() is None, (place / "log").read_text()[-3000:]
        time.sleep(0.1)
