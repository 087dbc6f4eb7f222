"""The Dagster side: jobs of a generated project, run in the project's own interpreter, as run records."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType

from migrator.errors import UsageError
from migrator.manifest import DagEntry
from migrator.parity import record
from migrator.parity.record import Record
from migrator.parity.sandbox import inherited
from migrator.parity.side import CouldNotRun, Moment

WORKER = Path(__file__).parent / "worker" / "migrate_dagster_worker.py"
Asked = dict[str, object]
REFUSED = "cannot_run.txt"  # in the place of a record; written by the worker
GRACE = 30  # seconds; the worker keeps the time limit of a run, and this much later it has failed at that


@dataclass(frozen=True)
class Project:
    """A generated project, and the interpreter that has Dagster and what the project needs.

    `deployed`: with the jobs' own executors, a process for each step; otherwise by the same rules in one
    process.
    """

    folder: Path
    python: str
    deployed: bool = False


class Dagster:
    """One warm process that has loaded the project; each DAG's runs are made in a process forked from it.

    `cwd` is where the project is loaded: it has to be there at the first run only.
    """

    def __init__(self, project: Project, *, env: Mapping[str, str], cwd: Path, log: Path) -> None:
        self.project, self._env, self._cwd, self._log = project, dict(env), cwd, log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Dagster":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(
        self,
        dag_id: str,
        entries: Mapping[str, DagEntry],
        moments: list[Moment],
        out: Path,
        *,
        conf: Mapping[str, object],
        cwd: Path,
        timeout: float,
    ) -> list[Record]:
        """A record for each moment, in order, all on one throw-away instance and in one working folder.

        There is none of a moment that the job has no run for: `refused` says why. At least one there is.
        `entries`: what the DAG, and those whose runs come before its own, have become. Raises CouldNotRun.
        """
        out.mkdir(parents=True, exist_ok=True)
        path, log = out / "request.json", out / "dagster.log"
        others = {before.dag_id for moment in moments for before in moment.first}
        places = {other: out / f"request_of_{number}.json" for number, other in enumerate(sorted(others))}
        for other, place in places.items():
            self._write(place, other, entries[other], [], {})
        self._write(path, dag_id, entries[dag_id], list(_asked(moments, places, out)), conf)
        told = {"request": str(path), "log": str(log), "home": str(out / "dagster_home"), "cwd": str(cwd)}
        self._ask({**told, "timeout": timeout}, log)
        try:
            reasons = [refused(out, moment.date) for moment in moments]
            if all(reasons):
                raise CouldNotRun(str(reasons[0]), log)
            return [
                replace(record.read(out / _name(moment.date)), dates=(moment.date,))
                for moment, reason in zip(moments, reasons, strict=True)
                if reason is None
            ]
        except UsageError as error:
            raise CouldNotRun(f"Dagster: {error}", log) from error

    def _write(
        self, path: Path, dag_id: str, entry: DagEntry, runs: list[Asked], conf: Mapping[str, object]
    ) -> None:
        request = {
            "project": str(self.project.folder.resolve()),
            "deployed": self.project.deployed,
            "dag_id": dag_id,
            "entry": asdict(entry),
            "runs": runs,
            "conf": dict(conf),
        }
        path.write_text(json.dumps(request, indent=1), encoding="utf-8")

    def close(self) -> None:
        """End the process, and whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            process.wait(timeout=10)  # it ends when its stdin does, after ending the run in hand
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def cancel(self) -> None:
        """End the run in hand, from another thread: whoever waits for it is told that the worker has ended."""
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()

    def _ask(self, told: dict[str, object], log: Path) -> None:
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(told).encode() + b"\n")
            process.stdin.flush()
            answer = self._answer(process, float(str(told["timeout"])) + GRACE)
        except BaseException:  # an interrupt too: what runs over there must not go on
            self.close()
            raise
        if answer is None:
            self.close()
            raise CouldNotRun(f"Dagster: the worker ended; see {self._log}")
        if answer["status"] == "timeout":
            raise CouldNotRun(f"Dagster: not done after {told['timeout']:.0f} seconds", log)
        if answer["status"]:
            raise CouldNotRun(f"Dagster: {_reason(log, answer['status'])}", log)

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            command = [self.project.python, "-u", str(WORKER), "--serve", str(self.project.folder.resolve())]
            environment = {**inherited(), **self._env}
            self._log.parent.mkdir(parents=True, exist_ok=True)
            try:
                with self._log.open("ab") as lines:
                    self._process = subprocess.Popen(
                        command,
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        stderr=lines,
                        env=environment,
                        cwd=self._cwd,
                        start_new_session=True,
                    )
            except OSError as error:
                raise CouldNotRun(f"Dagster: {command[0]} cannot be started: {error.strerror}") from error
        return self._process

    def _answer(self, process: "subprocess.Popen[bytes]", patience: float) -> dict[str, object] | None:
        """The next line of the worker; None when it has ended, or is silent for too long."""
        assert process.stdout is not None
        deadline, line = time.monotonic() + patience, b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    return None
                data = os.read(process.stdout.fileno(), 1 << 16)
                if not data:
                    return None
                line += data
        found: dict[str, object] = json.loads(line)
        return found


def _asked(moments: list[Moment], places: Mapping[str, Path], out: Path) -> Iterator[Asked]:
    """Each run that the worker is to make; one of another DAG names the request that tells of that."""
    number = 0
    for moment in moments:
        for before in moment.first:
            number += 1
            told = {"interval": before.interval, "logical_date": before.logical_date}
            yield {**told, "request": str(places[before.dag_id]), "out": str(out / "first" / str(number))}
        told = {"interval": moment.interval, "logical_date": moment.logical_date}
        yield {**told, "out": str(out / _name(moment.date))}


def refused(out: Path, date: str) -> str | None:
    """Why there is no run of a date in a folder of records; None where there is one."""
    path = out / _name(date) / REFUSED
    return f"Dagster: {path.read_text(encoding='utf-8').strip()}" if path.exists() else None


def _name(date: str) -> str:
    return date.replace(":", "")


def _reason(log: Path, status: object) -> str:
    """What the worker says of itself; of one that died, the last line that it printed."""
    error = log.with_name("error.txt")
    if error.exists():
        return error.read_text(encoding="utf-8").strip()
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    return ": ".join([f"the worker ended with exit status {status}", *last])
