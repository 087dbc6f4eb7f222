"""One warm Airflow process for all steps of a Dagster run, whichever process a step runs in.

    airflow = SharedAirflow("/opt/airflow/bin/python", Path("dags"), run=context.run_id, owner=pid of the run)
    answer = airflow.step("orders.py", "orders", "extract", database=..., run_id=..., date="2024-01-03")
    release(context.run_id)

The first step of a run that asks starts `airflow_server.py`; the others find it through a folder below the
temporary one, which only this user can open. Requests run at the same time, each in a forked process. Whoever
is interrupted while it waits cancels its request: the task's operator gets its `on_kill`. The process ends with
the run's, and when nobody has asked for a while; the next one who asks starts another. It needs the standard
library only.
"""

import atexit
import contextlib
import fcntl
import hashlib
import json
import os
import select
import shutil
import socket
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from .airflow_client import (
    GRACE_SECONDS,
    START_SECONDS,
    Airflow,
    AirflowError,
    Answer,
    OnLog,
    own_environment,
)

SERVER = Path(__file__).resolve().with_name("airflow_server.py")
IDLE_SECONDS = 300  # as long a living run may do without it
CANCEL_SECONDS = 15  # a cancelled task has 10 to clean up, and is killed then
MAKER_VARIABLE = (
    "MIGRATE_AIRFLOW_MAKER"  # the process that makes many runs, one after the other: they share one
)
ATTEMPTS = 5  # to meet a process that is not just about to end


class Gone(Exception):
    """The other side has closed the connection."""


class SharedAirflow(Airflow):
    """Asks as `Airflow` does, but of the one process that all steps of a run share.

    `run` names the run, on this machine. `owner` is the process whose end is the end of the run, when it is
    another one than this. The environment of each request is that of this process, and `env`.
    """

    def __init__(
        self,
        python: str,
        dags: Path,
        *,
        run: str,
        owner: int | None = None,
        state: Path | None = None,
        env: Mapping[str, str] | None = None,
        idle: float = IDLE_SECONDS,
    ) -> None:
        super().__init__(python, dags, state=state, env=env)
        if maker := os.environ.get(MAKER_VARIABLE):
            run, owner = f"runs that {maker} makes", int(maker)
        self.run_name, self.owner, self.idle = run, owner or os.getpid(), idle
        name = hashlib.sha256(repr((run, python, str(self.dags))).encode()).hexdigest()[:16]
        self.folder = _root() / name

    def open(self) -> None:
        """Have the process run, until `close` or the end of this one; the first to come starts it."""
        with _lock:
            held = _held.get(self.folder)
            if held is not None and held.is_open():
                self._version = held.airflow
                return
            held = self._connect()
            held.say({"do": "hold", "pid": os.getpid(), "run": self.owner})
            _held[self.folder] = held
            _folders.setdefault(self.run_name, set()).add(self.folder)
            self._version = held.airflow

    def close(self) -> None:
        """This process needs it no more."""
        _let_go(self.folder)

    @property
    def place(self) -> Path:
        """A folder for what passes to and fro, which goes away with the process."""
        return (self.folder / "current").resolve()

    def task(
        self,
        file: str | Path,
        dag_id: str,
        task_id: str,
        *,
        run_id: str,
        out: Path,
        date: str | None = None,
        interval: tuple[str, str] | None = None,
        upstream: Sequence[Answer] = (),
        inputs: Path | None = None,
        conf: Mapping[str, Any] | None = None,
        try_number: int = 1,
        map_index: int | None = None,
        decided: bool = False,
        callbacks: bool = False,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 86_400,
        on_log: OnLog | None = None,
    ) -> Answer:
        """One task by itself, after an `upstream` that ran elsewhere, as airflow_task.py has it.

        Its answer is that of `step`, with the values that the task pushed in `out`, and `skips`.
        """
        request: Answer = {"do": "task", "file": self._path(file), "dag_id": dag_id, "task_id": task_id}
        request.update(run_id=run_id, date=date, interval=list(interval) if interval else None)
        request.update(upstream=list(upstream), inputs=str(inputs) if inputs else None, out=str(out))
        request.update(conf=dict(conf or {}), try_number=try_number, map_index=map_index, callbacks=callbacks)
        request.update(decided=decided)
        request.update(env=dict(env or {}), cwd=str(cwd.resolve()) if cwd else None, timeout=timeout)
        return self._ask(request, on_log)

    def _ask(
        self, request: Answer, on_log: OnLog | None = None, on_file: Callable[[Answer], None] | None = None
    ) -> Answer:
        self.open()
        connection = self._connect()
        request = {**request, "env": {**self._variables(), **request.get("env", {})}}
        try:
            return self._asked(connection, {**request, "cwd": request.get("cwd") or os.getcwd()}, on_log)
        except AirflowError:
            raise
        except BaseException:  # an interrupt too: what runs over there must not go on
            connection.cancel(on_log)
            raise
        finally:
            connection.close()

    def _asked(self, connection: "Connection", request: Answer, on_log: OnLog | None) -> Answer:
        at, about = "", self._about(request)
        deadline = time.monotonic() + request["timeout"] + GRACE_SECONDS
        try:
            connection.say(request)
            while (answer := connection.read(deadline))["event"] in ("log", "at"):
                if answer["event"] == "at":
                    at = f", in {answer['what']}"
                elif on_log is not None:
                    on_log(answer["line"])
        except Gone:
            raise AirflowError(f"{about}: the Airflow process of this run has ended{at}", "died") from None
        if answer["event"] == "ended":
            raise AirflowError(f"{about}: {answer['error']}{at}", answer["kind"], answer.get("detail", ""))
        if answer["event"] == "error":
            raise AirflowError(f"{about}: {answer['error']}", answer["kind"], answer.get("traceback", ""))
        return answer

    def _variables(self) -> dict[str, str]:
        return {**own_environment(), **self._env}

    # ------------------------------------------------------------------------------------- to find or start it

    def _connect(self) -> "Connection":
        """A connection to the running process, or to one that is started now."""
        for _ in range(ATTEMPTS):
            started = None
            try:
                with _locked(self.folder):
                    link = _dial(self.folder)
                    if link is None:
                        started = self._start()
                        link = _dial(self.folder)
                return Connection(link, self.python)
            except Gone:  # it was about to end, or it cannot start
                if started is not None:
                    self._explain(*started)
        raise AirflowError(f"{self.python} did not start Airflow: it has ended {ATTEMPTS} times", "start")

    def _start(self) -> tuple["subprocess.Popen[bytes]", IO[bytes], Path]:
        """Start the process on a socket that takes connections from now on; they are answered when it is ready."""
        home = Path(tempfile.mkdtemp(prefix="s", dir=self.folder))
        errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        listener = socket.socket(socket.AF_UNIX)
        with listener:
            listener.bind(str(home / "socket"))
            listener.listen(256)
            (home / "link").symlink_to(home.name)
            (home / "link").replace(self.folder / "current")
            number = str(listener.fileno())
            command = [self.python, "-u", str(SERVER), "--state", str(self.state), "--dags", str(self.dags)]
            try:
                self.state.mkdir(parents=True, exist_ok=True)
                process = subprocess.Popen(
                    [*command, "--listen", number, "--idle", str(self.idle)],
                    stdin=subprocess.DEVNULL,
                    stdout=errors,
                    stderr=errors,
                    env=self._variables(),
                    pass_fds=(listener.fileno(),),
                    start_new_session=True,  # an interrupt at the terminal is for us, who then cancel
                )
            except OSError as error:
                shutil.rmtree(self.folder)
                raise AirflowError(f"{self.python} cannot be started: {error.strerror}", "start") from error
        _started[self.folder] = process if self.owner == os.getpid() else None
        return process, errors, home

    def _explain(self, process: "subprocess.Popen[bytes]", errors: IO[bytes], home: Path) -> None:
        """Raise what the process that was just started says of its end, unless it does not end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = process.wait(timeout=5)
            shutil.rmtree(home, ignore_errors=True)
            _clear_away(self.folder)
            errors.seek(max(0, os.fstat(errors.fileno()).st_size - 4000))
            text = errors.read().decode("utf-8", "replace").strip()
            last = f": {text.splitlines()[-1]}" if text else ""
            told = f"{self.python} did not start Airflow: it ended with exit status {status}{last}"
            raise AirflowError(told, "start", text)


class Connection:
    """Lines of JSON, to and from the process."""

    def __init__(self, link: socket.socket | None, python: str) -> None:
        if link is None:
            raise Gone
        self._link, self._rest = link, b""
        try:
            ready = self.read(time.monotonic() + START_SECONDS)
        except BaseException:
            self.close()
            raise
        if ready["event"] != "ready":
            self.close()
            why = (
                "has no Airflow" if "No module named 'airflow'" in ready["error"] else "cannot start Airflow"
            )
            raise AirflowError(f"{python} {why}: {ready['error']}", "start", ready.get("traceback", ""))
        self.airflow: str = ready["airflow"]

    def say(self, message: Answer) -> None:
        try:
            self._link.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            raise Gone from None

    def read(self, deadline: float) -> Answer:
        """The next message. What is cut off, as its process was killed, is no message."""
        while True:
            while b"\n" not in self._rest:
                if not select.select([self._link], [], [], max(0.0, deadline - time.monotonic()))[0]:
                    raise AirflowError("the Airflow process of this run does not answer", "timeout")
                self._rest += self._received() or self._end()
            line, self._rest = self._rest.split(b"\n", 1)
            with contextlib.suppress(ValueError, TypeError, KeyError):
                message: Answer = json.loads(line)
                message["event"]
                return message

    def cancel(self, on_log: OnLog | None) -> None:
        """Wait for the task to clean up, not for ever."""
        deadline = time.monotonic() + CANCEL_SECONDS
        with contextlib.suppress(Gone, OSError, AirflowError):
            self._link.shutdown(socket.SHUT_WR)
            while (answer := self.read(deadline))["event"] in ("log", "at"):
                if on_log is not None and answer["event"] == "log":
                    on_log(answer["line"])

    def is_open(self) -> bool:
        """Whether the other side still is there: it says nothing to one who holds."""
        return not select.select([self._link], [], [], 0)[0] or bool(self._received())

    def close(self) -> None:
        self._link.close()

    def _received(self) -> bytes:
        try:
            return self._link.recv(1 << 16)
        except OSError:
            return b""

    def _end(self) -> bytes:
        raise Gone


# ----------------------------------------------------------------------------------------- what this process holds

_lock = threading.RLock()
_held: dict[Path, Connection] = {}
_folders: dict[str, set[Path]] = {}
_started: dict[Path, "subprocess.Popen[bytes] | None"] = {}  # those that end with this process


def release(run: str) -> None:
    """This process needs the Airflow of the run no more. Returns when what has ended by that is gone."""
    for folder in _folders.pop(run, set()):
        _let_go(folder, own=True)


def _let_go(folder: Path, own: bool = False) -> None:
    with _lock:
        held, process = _held.pop(folder, None), _started.get(folder)
    if held is not None:
        held.close()
    if process is not None and own:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=CANCEL_SECONDS)
        _started.pop(folder, None)


def _let_go_of_all() -> None:
    for folder in list(_held):
        _let_go(folder)


def _forget() -> None:
    """In a forked process: what the first one holds is not ours."""
    global _lock
    _lock = threading.RLock()  # another thread may have had it, which is not here
    _let_go_of_all()
    _started.clear()
    _folders.clear()


atexit.register(_let_go_of_all)
os.register_at_fork(after_in_child=_forget)


# ------------------------------------------------------------------------------------------------------ its place


def _root() -> Path:
    """The folder of all runs of this user. The name of a socket may have some hundred characters only."""
    place = Path(tempfile.gettempdir()).resolve()
    return Path("/tmp" if len(str(place)) > 40 else place, f"migrate-airflow-{os.getuid()}")


def _dial(folder: Path) -> socket.socket | None:
    """A connection, unless nobody listens."""
    link = socket.socket(socket.AF_UNIX)
    try:
        link.connect(str(folder / "current" / "socket"))
    except OSError:
        link.close()
        return None
    return link


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Only one at a time starts a process for a run, or clears its folder away."""
    lock = None
    while lock is None:
        lock = _lock_of(folder)
    with lock:
        yield


def _lock_of(folder: Path) -> IO[str] | None:
    """The lock, once it is ours; None when the folder was cleared away in the meantime."""
    _private(folder.parent)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = (folder / "lock").open("a")
    except FileNotFoundError:
        return None
    fcntl.flock(lock, fcntl.LOCK_EX)
    with contextlib.suppress(FileNotFoundError):
        if os.fstat(lock.fileno()).st_ino == (folder / "lock").stat().st_ino:
            return lock
    lock.close()
    return None


def _clear_away(folder: Path) -> None:
    """What a process has left that ended before it could do so itself."""
    with _locked(folder):
        if (link := _dial(folder)) is not None:
            link.close()
            return  # another one is there already
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
            folder.parent.rmdir()


def _private(folder: Path) -> None:
    """A folder that is ours alone: what passes through it may be secret."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise AirflowError(f"{folder} is not a folder that only this user can open", "start")
