"""The Dagster side: a job of a generated project, run in the project's own interpreter, as run records."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from migrator.errors import UsageError
from migrator.manifest import DagEntry
from migrator.parity import record
from migrator.parity.record import Record
from migrator.parity.sandbox import inherited
from migrator.parity.side import CouldNotRun, Moment

WORKER = Path(__file__).parent / "worker" / "migrate_dagster_worker.py"


@dataclass(frozen=True)
class Project:
    """A generated project, and the interpreter that has Dagster and what the project needs.

    `deployed`: with the jobs' own executors, a process for each step; otherwise by the same rules in one
    process.
    """

    folder: Path
    python: str
    deployed: bool = False


def run(
    project: Project,
    dag_id: str,
    entry: DagEntry,
    moments: list[Moment],
    out: Path,
    *,
    conf: Mapping[str, object],
    env: Mapping[str, str],
    cwd: Path,
    timeout: float,
) -> list[Record]:
    """A record for each moment, in order, all on one throw-away instance and in one working folder.

    Raises CouldNotRun.
    """
    out.mkdir(parents=True, exist_ok=True)
    request = {
        "project": str(project.folder.resolve()),
        "deployed": project.deployed,
        "dag_id": dag_id,
        "entry": asdict(entry),
        "runs": [{**asdict(moment), "out": str(out / _name(moment.date))} for moment in moments],
        "conf": dict(conf),
    }
    path, log = out / "request.json", out / "dagster.log"
    path.write_text(json.dumps(request, indent=1), encoding="utf-8")
    environment = {**inherited(), **env, "DAGSTER_HOME": str(_home(out))}
    _start([project.python, str(WORKER), str(path)], log, environment, cwd, timeout)
    try:
        return [record.read(out / _name(moment.date)) for moment in moments]
    except UsageError as error:
        raise CouldNotRun(f"Dagster: {error}", log) from error


def _name(date: str) -> str:
    return date.replace(":", "")


def _home(out: Path) -> Path:
    """An instance of its own, which tells nobody that it is used."""
    home = out / "dagster_home"
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    return home


def _start(command: list[str], log: Path, env: Mapping[str, str], cwd: Path, timeout: float) -> None:
    try:
        with log.open("wb") as lines:
            status = in_time(command, lines, env, cwd, timeout)
    except OSError as error:
        raise CouldNotRun(f"Dagster: {command[0]} cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise CouldNotRun(f"Dagster: not done after {timeout:.0f} seconds", log) from error
    if status:
        raise CouldNotRun(f"Dagster: {_reason(log, status)}", log)


def in_time(command: list[str], log: IO[bytes], env: Mapping[str, str], cwd: Path, timeout: float) -> int:
    """The exit status. When the time is over, or we are stopped, the processes of its steps end with it."""
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdin=nothing, stdout=log, stderr=log, env=dict(env), cwd=cwd, start_new_session=True
    )
    try:
        return process.wait(timeout)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def _reason(log: Path, status: int) -> str:
    """What the worker says of itself; of one that died, the last line that it printed."""
    error = log.with_name("error.txt")
    if error.exists():
        return error.read_text(encoding="utf-8").strip()
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    return ": ".join([f"the worker ended with exit status {status}", *last])
