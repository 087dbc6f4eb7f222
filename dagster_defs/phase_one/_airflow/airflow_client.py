"""Talks to `airflow_probe.py`, which runs in the user's own Airflow. Needs the standard library only.

with Airflow("/opt/airflow/bin/python", Path("dags")) as airflow:
    found = airflow.load(["orders.py"])
    records = airflow.run("orders.py", "orders", ["2024-01-03"], Path("out"))
"""

import contextlib
import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Any

PROBE = Path(__file__).resolve().with_name("airflow_probe.py")
START_SECONDS = 180  # the first start on a machine compiles Airflow's modules and makes a database
GRACE_SECONDS = 30  # the probe keeps the time limit of a request; this much later it has failed at that
OWN_INTERPRETER = (
    "PYTHON",
    "VIRTUAL_ENV",
    "__PYVENV_LAUNCHER__",
)  # what is set for this process, not for that one
PATH_VARIABLE = "MIGRATE_AIRFLOW_PYTHONPATH"

Answer = dict[str, Any]
OnLog = Callable[[str], None]
OnFile = Callable[[str], None]


class AirflowError(Exception):
    """Airflow did not do what it was asked. `kind` is start, timeout, died, request or failed."""

    def __init__(self, message: str, kind: str = "failed", detail: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.detail = detail  # a traceback, or the end of what the interpreter printed


class Airflow:
    """One warm Airflow process, which answers requests one after the other.

    The other interpreter gets this process's environment and `env`: AIRFLOW_HOME, AIRFLOW__*, AIRFLOW_VAR_*
    and AIRFLOW_CONN_* pass through, though the metadata database they name is never opened. PYTHON* and
    VIRTUAL_ENV of this process do not; MIGRATE_AIRFLOW_PYTHONPATH becomes its PYTHONPATH. `state` keeps an
    empty migrated database between starts.
    """

    def __init__(
        self, python: str, dags: Path, *, state: Path | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        self.python = python
        self.dags = dags.resolve()
        self.state = (state or default_state()).resolve()
        self._env = dict(env or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._buffer = b""
        self._count = 0
        self._version: str | None = None

    def __enter__(self) -> "Airflow":
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def version(self) -> str:
        """Airflow's version. Starts the process when it does not run."""
        self.open()
        assert self._version is not None
        return self._version

    def load(
        self,
        files: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        timeout: float = 60,
        memory: int | None = None,
        jobs: int = 1,
        progress: OnFile | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Answer:
        """What the files define: {"dags": [...], "errors": [{"file", "line", "message", "kind"}]}, by file.

        Each file is loaded in a process of its own, so that one which crashes or hangs costs only itself, and
        `jobs` of them at once. A file may take `timeout` seconds and, on Linux, `memory` bytes more than Airflow
        itself. `cwd` is its working folder, instead of that of this process, and `env` are variables on top of
        those of the process. `progress` gets each file when it is done.
        """
        request: Answer = {"do": "load", "cwd": _absolute(cwd), "timeout": timeout, "memory": memory}
        request["env"] = dict(env or {})
        left = [self._path(file) for file in files]
        order = {file: place for place, file in enumerate(left)}
        done: dict[str, Answer] = {}

        def keep(answer: Answer) -> None:
            done[answer["file"]] = answer
            if progress is not None:
                progress(answer["file"])

        while left:
            lost = self._load({**request, "files": left, "jobs": jobs}, keep)
            for file in [file for file in left if file not in done][: jobs if lost else 0]:
                suspect = self._load(
                    {**request, "files": [file], "jobs": 1}, keep
                )  # who has ended the process?
                if suspect is not None and file not in done:
                    error = {"file": file, "line": 1, "message": str(suspect), "kind": suspect.kind}
                    keep({"file": file, "dags": [], "errors": [error]})
            left = [file for file in left if file not in done]
        found = [done[file] for file in sorted(done, key=order.__getitem__)]
        return {name: [each for answer in found for each in answer[name]] for name in ("dags", "errors")}

    def run(
        self,
        file: str | Path,
        dag_id: str,
        dates: Sequence[str | Answer],
        out: Path,
        *,
        interval: tuple[str, str] | None = None,
        conf: Mapping[str, Any] | None = None,
        callbacks: bool = False,
        beside: Sequence[str | Path] = (),
        first: Mapping[str, str | Path] = MappingProxyType({}),
        cwd: Path | None = None,
        timeout: float = 600,
        on_log: OnLog | None = None,
        env: Mapping[str, str] | None = None,
    ) -> list[Answer]:
        """The scheduled runs at or after each date, or those that `dates` has given, in order, in one database.

        Dates that mean one run have one answer, with all of them as "dates". The first of them names its record
        folder below `out`; those of finished dates stay when a later one fails. An
        explicit `interval` takes the place of the timetable's. `callbacks` are called only when asked for:
        they may tell people. `beside` are the files of DAGs that this one starts, and `first`
        those of DAGs, by id, whose runs in its interval come before each of its own: an answer has their dates as
        "first". `cwd` is the working folder of the tasks, instead of that of this process,
        and `env` are variables on top of those of the process. `timeout`, in seconds, is for all dates.
        """
        request: Answer = {"do": "run", "file": self._path(file), "dag_id": dag_id, "dates": list(dates)}
        request.update(out=str(out.resolve()), conf=dict(conf or {}), callbacks=callbacks, timeout=timeout)
        request.update(interval=list(interval) if interval else None, cwd=_absolute(cwd))
        request["env"] = dict(env or {})
        request.update(beside=[self._path(each) for each in beside])
        request.update(first=[{"dag_id": name, "file": self._path(each)} for name, each in first.items()])
        runs: list[Answer] = self._ask(request, on_log)["runs"]
        return runs

    def dates(
        self,
        file: str | Path,
        dag_id: str,
        first: str,
        last: str,
        *,
        env: Mapping[str, str] | None = None,
        timeout: float = 600,
    ) -> list[Answer]:
        """The scheduled runs that begin from one date to another, both included: dates and intervals, for `run`.

        A last date without a time means all of its day. Dates are read and told in the DAG's time zone. A DAG that
        has no schedule of its own has one run, at the first date.
        """
        request: Answer = {"do": "dates", "file": self._path(file), "dag_id": dag_id, "timeout": timeout}
        request.update(first=first, last=last, env=dict(env or {}))
        found: list[Answer] = self._ask(request)["dates"]
        return found

    def step(
        self,
        file: str | Path,
        dag_id: str,
        task_id: str,
        *,
        database: Path,
        run_id: str,
        date: str | None = None,
        interval: tuple[str, str] | None = None,
        conf: Mapping[str, Any] | None = None,
        try_number: int = 1,
        out: Path | None = None,
        callbacks: bool = False,
        timeout: float = 86_400,
        on_log: OnLog | None = None,
    ) -> Answer:
        """One task, with all its mapped instances, of a run that `database` keeps over calls and processes.

        The first call makes the run: give each call the same run_id and date or interval. Airflow decides
        whether the task runs: {"instances": [{"map_index", "state", "tries", "xcoms", ...}], "run_state"}. An
        instance of state "retry" runs again at the next call; one that failed, at a call with a `try_number`
        above its tries; one of state "none" may not start yet and says "why". With `out`, XComs and logs are
        kept there.
        """
        request: Answer = {
            "do": "step",
            "file": self._path(file),
            "dag_id": dag_id,
            "task_id": task_id,
            "run_id": run_id,
        }
        request.update(
            database=str(database.resolve()), date=date, conf=dict(conf or {}), try_number=try_number
        )
        request.update(callbacks=callbacks, timeout=timeout, out=str(out.resolve()) if out else None)
        request["interval"] = list(interval) if interval else None
        return self._ask(request, on_log)

    def record(
        self, file: str | Path, dag_id: str, run_id: str, *, database: Path, out: Path, timeout: float = 600
    ) -> Answer:
        """The record of a run that was made by steps, also written to `out`, as `run` does it."""
        request: Answer = {"do": "record", "file": self._path(file), "dag_id": dag_id, "run_id": run_id}
        request.update(database=str(database.resolve()), out=str(out.resolve()), timeout=timeout)
        record: Answer = self._ask(request)["record"]
        return record

    def due(
        self, file: str | Path, dag_id: str, *, last: Sequence[str] | None = None, timeout: float = 60
    ) -> Answer:
        """What the timetable of a DAG has made due since the run of the interval `last`, and when the next will be.

        {"runs": [{"date", "interval"}], "next": date or None}, at most a hundred runs at a time.
        """
        request: Answer = {"do": "due", "file": self._path(file), "dag_id": dag_id, "timeout": timeout}
        return self._ask({**request, "last": list(last) if last else None})

    def open(self) -> None:
        """Start the process, unless it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        command = [self.python, "-u", str(PROBE), "--state", str(self.state), "--dags", str(self.dags)]
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={**own_environment(), **self._env},
                start_new_session=True,  # an interrupt at the terminal is for us, who then end it
            )
        except OSError as error:
            raise AirflowError(f"{self.python} cannot be started: {error.strerror}", "start") from error
        self._greet()

    def cancel(self) -> None:
        """End the request in hand, from another thread: whoever waits for its answer gets an AirflowError."""
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()

    def close(self) -> None:
        """End the process, and whatever it is doing."""
        process, self._process, self._buffer = self._process, None, b""
        if process is not None:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            try:
                process.wait(timeout=10)  # it ends when its stdin does, after ending its children
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _greet(self) -> None:
        try:
            ready = self._read(time.monotonic() + START_SECONDS)
        except AirflowError as error:
            self.close()
            raise AirflowError(
                f"{self.python} did not start Airflow: {error}", "start", error.detail
            ) from error
        if ready.get("event") == "ready":
            self._version = ready["airflow"]
            return
        detail = self._tail()
        self.close()
        reason = str(ready.get("error"))
        lacks = "No module named 'airflow'" in reason
        raise AirflowError(
            f"{self.python} {'has no Airflow' if lacks else 'cannot start Airflow'}: {reason}",
            "start",
            detail,
        )

    def _path(self, file: str | Path) -> str:
        """Paths are relative to the folder of the DAGs."""
        return str(self.dags / file)

    def _ask(
        self, request: Answer, on_log: OnLog | None = None, on_file: Callable[[Answer], None] | None = None
    ) -> Answer:
        self.open()
        assert self._process is not None and self._process.stdin is not None
        self._count += 1
        deadline = time.monotonic() + request["timeout"] + GRACE_SECONDS
        try:
            self._process.stdin.write(json.dumps({"id": self._count, **request}).encode() + b"\n")
            self._process.stdin.flush()
            while (answer := self._read(deadline))["event"] in ("log", "file"):
                if answer["event"] == "log" and on_log is not None:
                    on_log(answer["line"])
                if answer["event"] == "file" and on_file is not None:
                    on_file(answer)
                    deadline = time.monotonic() + request["timeout"] + GRACE_SECONDS  # for each file anew
        except BaseException:  # an interrupt too: what runs over there must not go on
            self.close()
            raise
        if answer["event"] == "error":
            raise AirflowError(
                f"{self._about(request)}: {answer['error']}",
                answer["kind"],
                answer.get("traceback") or self._tail(),
            )
        return answer

    def _load(self, request: Answer, keep: Callable[[Answer], None]) -> AirflowError | None:
        """Hand over each file's answer. The error when the process has ended before the last one."""
        try:
            self._ask(request, on_file=keep)
        except AirflowError as error:
            if error.kind == "start":
                raise
            return error
        return None

    def _about(self, request: Answer) -> str:
        what = [request["do"], request.get("dag_id"), request.get("task_id")]
        files = request.get("files") or [request["file"]]
        names = ", ".join(Path(file).name for file in files)
        return f"{' '.join(str(word) for word in what if word)} ({names}) in Airflow"

    def _read(self, deadline: float) -> Answer:
        """The next message. Raises AirflowError when there is none before the deadline, or ever."""
        assert self._process is not None and self._process.stdout is not None
        stream = self._process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise AirflowError("it does not answer", "timeout", self._tail())
                data = os.read(stream, 1 << 16)
                if not data:
                    tail = self._tail()
                    last = f": {tail.splitlines()[-1]}" if tail else ""
                    raise AirflowError(
                        f"it ended with exit status {self._process.wait()}{last}", "died", tail
                    )
                self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        try:
            message: Answer = json.loads(line)
            message["event"]
        except (ValueError, TypeError, KeyError):
            raise AirflowError(f"it answers {line[:80]!r}", "died", self._tail()) from None
        return message

    def _tail(self) -> str:
        """The end of what the process printed."""
        if self._errors is None or self._errors.closed:
            return ""
        size = os.fstat(self._errors.fileno()).st_size
        text = os.pread(
            self._errors.fileno(), 4000, max(0, size - 4000)
        )  # the process writes at the shared offset
        return text.decode("utf-8", "replace").strip()


def own_environment() -> dict[str, str]:
    """The variables of this process, as the other interpreter gets them."""
    found = {k: v for k, v in os.environ.items() if not k.startswith(OWN_INTERPRETER)}
    return {**found, "PYTHONPATH": os.environ[PATH_VARIABLE]} if PATH_VARIABLE in os.environ else found


def _absolute(folder: Path | None) -> str | None:
    return str(folder.resolve()) if folder else None


def default_state() -> Path:
    """Where empty migrated databases are kept from one start to the next."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache, "migrate", "airflow")
