"""Runs inside the user's own Airflow, once for a whole Dagster run: imports it once, then forks for each task.

`airflow_shared.py` starts it and talks to it. As `airflow_probe.py`, which does the work, it needs nothing but
Airflow and the standard library, and keeps to the syntax of Python 3.7. Two processes: a small one that guards
(it ends and clears away whatever is left when the other one is gone, however that went), and the one with
Airflow, which listens on a Unix socket. Each connection is for one thing, a line of JSON:

    {"do": "hold", "pid", "run"}    the client lives as long as this is open; `run` is the process of the Dagster
                                    run, when it is not the client itself
    {"do": "step" | "record" | "task", "timeout", "env", "cwd", ...}    as in airflow_probe.py and airflow_task.py

The first line that a client gets is {"event": "ready"} or {"event": "failed"}; the last one of a request is
{"event": "done"}, "error" or, when the process that worked on it is gone, "ended". A client that closes its
connection, or one direction of it, cancels its request: the task gets SIGTERM, so that Airflow calls `on_kill`.

The end comes with the end of the Dagster run's process (what still runs is then cancelled), when no client is
left and none comes back in time, and on SIGTERM.
"""

# ruff: noqa: UP006, UP035, UP045
# (They would have it use what Python 3.7 lacks.)

from __future__ import annotations

import argparse
import contextlib
import fcntl
import gc
import importlib
import importlib.util
import json
import mmap
import os
import selectors
import shutil
import signal
import socket
import sys
import sysconfig
import threading
import time
import traceback
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

Json = Dict[str, Any]
PROTOCOL = 1
GRACE = 10.0  # seconds from SIGTERM to SIGKILL, for `on_kill`
FIRST = 60.0  # seconds in which the first client has to come
TICK = 1.0  # how often to look whether the run still lives


def sibling(name: str) -> Any:
    """A module beside this file, whose folder is not on the path: what lies here must not shadow a package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, str(Path(__file__).resolve().with_name(f"{name}.py"))
        )
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the project's folder stays as it is
probe = sibling("airflow_probe")
sys.dont_write_bytecode = writes


# -------------------------------------------------------------------------------------------------- the guard


def guard(listener: socket.socket, folder: Path) -> None:
    """Go on in a forked process. The first one stays behind, small, to clean up after the second."""
    probe.adopt_orphans(True)  # whatever tasks leave running ends up below this process
    own = os.getpid()
    pid = os.fork()
    if pid == 0:
        probe.prctl(1, signal.SIGTERM)
        if os.getppid() != own:
            raise SystemExit(1)
        return
    listener.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: send(pid, signal.SIGTERM))
    while True:
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(-1, 0)[0] != pid:
                continue
        break
    end_children()
    clear_away(folder)
    os._exit(0)


def end_children() -> None:
    """What tasks have left: first politely, as it may be a task that loses its server."""
    limit = time.monotonic() + GRACE
    told: List[int] = []
    left = reaped_children()
    while left:
        number = signal.SIGKILL if time.monotonic() > limit else signal.SIGTERM
        for pid in left:
            if pid not in told or number == signal.SIGKILL:
                send(pid, number)
        told += left
        time.sleep(0.05)
        left = reaped_children()


def reaped_children() -> List[int]:
    """The processes below this one that have not ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    found: List[int] = probe.children()
    return found


def send(pid: int, number: int) -> None:
    """To a process; to its whole group with a negative number."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def clear_away(folder: Path) -> None:
    """The folder of this process, and that of the run when no other process has begun in it."""
    shutil.rmtree(str(folder), ignore_errors=True)
    run = folder.parent
    with contextlib.suppress(OSError), (run / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        current = run / "current"
        if current.is_symlink() and not current.exists():
            current.unlink()
        if [path.name for path in run.iterdir()] == ["lock"]:
            (run / "lock").unlink()
            run.rmdir()
            run.parent.rmdir()


# -------------------------------------------------------------------------------------------------- the server


class Work:
    """A request, and the process that works on it."""

    def __init__(self, pid: int, connection: socket.socket, limit: float, told: mmap.mmap) -> None:
        self.pid, self.connection, self.limit, self.told = pid, connection, limit, told
        self.deadline = time.monotonic() + limit
        self.last: Optional[float] = None  # when patience with a process that was told to end is over
        self.family: List[int] = []
        self.problem: Optional[Json] = None

    def end(self, kind: str, error: str) -> None:
        """Tell the process to end. Airflow then calls the operator's `on_kill`."""
        if self.last is None:
            self.last, self.problem = time.monotonic() + GRACE, {"kind": kind, "error": error}
            self.family = probe.descendants(self.pid)
            self.told[0] = 1
            send(-self.pid, signal.SIGTERM)

    def keep_limits(self, now: float) -> None:
        if self.last is not None and now >= self.last:
            self.kill()
        elif now >= self.deadline:
            self.end("timeout", f"not done within {self.limit:g} s")

    def kill(self) -> None:
        for pid in (-self.pid, *self.family):
            send(pid, signal.SIGKILL)

    def is_over(self) -> bool:
        """Whether the process has ended. Then nothing of it is left."""
        with contextlib.suppress(ChildProcessError):
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if not pid:
                return False
            died = {"kind": "died", "error": f"the process {probe.in_words(status)}"}
            self.problem = self.problem or {**died, "detail": last_printed(self.pid)}
        self.kill()
        return True


class Server:
    """Accepts connections, forks a process for each request, and knows when all is over."""

    def __init__(
        self, listener: socket.socket, template: Path, environment: Environment, idle: float
    ) -> None:
        self.listener, self.template, self.environment, self.idle = listener, template, environment, idle
        self.selector = selectors.DefaultSelector()
        self.waiting: Dict[socket.socket, bytes] = {}  # has not asked yet, and what it has said so far
        self.holds: List[socket.socket] = []
        self.works: Dict[int, Work] = {}
        self.runs: Dict[int, Optional[str]] = {}  # processes of the Dagster run, and when they started
        self.stopping = False
        self.quiet_since, self.patience = time.monotonic(), FIRST

    def serve(self) -> None:
        self.selector.register(self.listener, selectors.EVENT_READ, self.accept)
        self.hear_signals()
        while not self.is_over():
            for key, _ in self.selector.select(timeout=self.pause()):
                key.data(key.fileobj)
            now = time.monotonic()
            for work in list(self.works.values()):
                if work.is_over():
                    self.finish(work)
                else:
                    work.keep_limits(now)
            self.learn()

    def hear_signals(self) -> None:
        """The end of a child and SIGTERM interrupt the waiting."""
        receive, wake = socket.socketpair()
        receive.setblocking(False)
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        self.selector.register(receive, selectors.EVENT_READ, lambda woken: woken.recv(4096))
        self.alarm = receive, wake
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: self.stop())

    def pause(self) -> float:
        moments = [work.last or work.deadline for work in self.works.values()]
        return max(0.0, min([TICK, *(moment - time.monotonic() for moment in moments)]))

    def stop(self) -> None:
        self.stopping = True

    def is_over(self) -> bool:
        if any(begun is None or started_at(pid) != begun for pid, begun in self.runs.items()):
            self.stopping = True  # the Dagster run is gone: nobody wants what still works
        if self.stopping:
            for work in self.works.values():
                work.end("cancelled", "the Airflow process of this run was told to end")
            return not self.works
        if self.works or self.holds or self.waiting:
            self.quiet_since, self.patience = time.monotonic(), self.idle if self.runs else 0.0
            return False
        return time.monotonic() - self.quiet_since >= self.patience

    # ------------------------------------------------------------------------------------------- connections

    def accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        ready = {"event": "ready", "airflow": probe.find("airflow.__version__"), "protocol": PROTOCOL}
        self.waiting[connection] = b""
        self.selector.register(connection, selectors.EVENT_READ, self.hear)
        say(connection, ready)

    def hear(self, connection: socket.socket) -> None:
        """The first line says what the connection is for; after that only its end is of interest."""
        data = received(connection)
        if connection not in self.waiting:
            if not data:
                self.lose(connection)
            return
        line, found, _ = (self.waiting[connection] + data).partition(b"\n")
        self.waiting[connection] = line
        if found:
            del self.waiting[connection]
            self.take(json.loads(line), connection)
        elif not data:
            self.drop(connection)

    def take(self, request: Json, connection: socket.socket) -> None:
        if request["do"] == "hold":
            self.holds.append(connection)
            if request["run"] != request["pid"]:
                self.runs.setdefault(request["run"], started_at(request["run"]))
        else:
            self.begin(request, connection)

    def lose(self, connection: socket.socket) -> None:
        """The other side has closed it. A cancelled request may still have something to say."""
        works = [work for work in self.works.values() if work.connection is connection]
        for work in works:
            self.selector.unregister(connection)
            work.end("cancelled", "cancelled")
        if not works:
            self.drop(connection)

    def drop(self, connection: socket.socket) -> None:
        self.waiting.pop(connection, None)
        if connection in self.holds:
            self.holds.remove(connection)
        with contextlib.suppress(KeyError, ValueError):
            self.selector.unregister(connection)
        connection.close()

    # ----------------------------------------------------------------------------------------------- the work

    def begin(self, request: Json, connection: socket.socket) -> None:
        probe.find("airflow.settings.engine").dispose()  # no open connection may cross a fork
        parent, told = os.getpid(), mmap.mmap(-1, 1)  # shared: whether the process was told to end
        pid = os.fork()
        if pid == 0:
            self.leave(connection)
            work(request, connection, self, lambda: bool(told[0]) or os.getppid() != parent)
        self.works[pid] = Work(pid, connection, float(request.get("timeout", 600)), told)

    def leave(self, connection: socket.socket) -> None:
        """In the forked process: be only what works on this request."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        others = [*self.waiting, *self.holds, *(each.connection for each in self.works.values()), *self.alarm]
        self.selector.close()
        for other in [self.listener, *others]:
            if other is not connection:
                other.close()

    def finish(self, work: Work) -> None:
        """Clear away what the process has left; a client that has its answer does not read this one."""
        del self.works[work.pid]
        say(work.connection, {"event": "ended", **(work.problem or {})}, b"\n")
        self.drop(work.connection)
        for left in probe.STATE.glob(f"*-{work.pid}*"):
            shutil.rmtree(str(left), ignore_errors=True) if left.is_dir() else left.unlink()

    def learn(self) -> None:
        """Import what a DAG file was seen to import from libraries, so that the next process has it."""
        for work in self.works.values():
            for path in probe.STATE.glob(f"learned-{work.pid}"):
                names = json.loads(path.read_text(encoding="utf8"))
                path.unlink()
                for name in names:
                    if name not in sys.modules:
                        with contextlib.suppress(
                            Exception
                        ):  # what a library raises when it is not asked by the file
                            importlib.import_module(name)
                gc.freeze()


def say(connection: socket.socket, message: Json, before: bytes = b"") -> None:
    """Without waiting for a client that does not read."""
    with contextlib.suppress(OSError):
        connection.send(before + json.dumps(message).encode() + b"\n", socket.MSG_DONTWAIT)


def received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1 << 16, socket.MSG_DONTWAIT)
    except BlockingIOError:
        raise  # it was said to be readable
    except OSError:
        return b""


def started_at(pid: int) -> Optional[str]:
    """Tells a process from a later one of the same number; None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None if Path("/proc/self/stat").exists() or not probe.alive(pid) else "alive"
    return None if fields[0] in "ZX" else fields[19]


def last_printed(pid: int) -> str:
    """The end of what a process has printed outside of its task."""
    with contextlib.suppress(OSError):
        return said(pid).read_bytes()[-4000:].decode("utf8", "replace").strip()
    return ""


def said(pid: int) -> Path:
    return Path(probe.STATE) / f"said-{pid}"


# ------------------------------------------------------------------------------------------- in a forked process


def work(request: Json, connection: socket.socket, server: Server, unwanted: Callable[[], bool]) -> None:
    """Do what is asked and answer to the client itself, unless nobody wants it any more. Never returns."""
    os.setsid()  # so that its subprocesses can be ended with it
    probe.prctl(1, signal.SIGTERM)
    if unwanted():
        os._exit(1)
    answers, lock = connection.makefile("w", encoding="utf8", newline="\n"), threading.Lock()

    def emit(message: Json) -> None:
        with lock:
            answers.write(probe.ENCODE(message) + "\n")
            answers.flush()

    output = os.open(str(said(os.getpid())), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    try:
        found = answer(request, server.template, server.environment, emit)
        if not unwanted():  # what a task says that was told to end is not how it ended
            emit(found)
    finally:
        probe.flush()
        probe.LEAVE(0)  # the parent's exit handlers are not ours to run


def answer(request: Json, template: Path, environment: Environment, emit: Callable[[Json], None]) -> Json:
    """The last message."""
    try:
        environment.take(request.get("env"))
        probe.use_database(probe.place_database(request, template))
        probe.quiet_logs()
        if request.get("cwd"):
            os.chdir(request["cwd"])
        with watched_imports():
            found: Json = {"event": "done", **verb(request["do"])(request, emit)}
    except probe.RequestError as error:
        found = {"event": "error", "kind": "request", "error": str(error)}
    except BaseException as error:  # whatever it was is the answer
        text = f"{type(error).__name__}: {error}"
        found = {"event": "error", "kind": "failed", "error": text, "traceback": traceback.format_exc()}
    # The answer is known: from here on nobody's on_kill is to be called.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for pid in probe.descendants(os.getpid()):
        send(pid, signal.SIGKILL)
    return found


def verb(name: str) -> Callable[..., Json]:
    found: Callable[..., Json] = sibling("airflow_task").task if name == "task" else probe.VERBS[name]
    return found


@contextlib.contextmanager
def watched_imports() -> Iterator[None]:
    """Tell the server what loading the DAG file has imported from libraries. The file's own modules stay here."""
    before, threads, load = set(sys.modules), threading.active_count(), probe.load_file
    libraries = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})

    def load_and_tell(*arguments: Any) -> Any:
        bag = load(*arguments)
        found = [n for n, m in list(sys.modules.items()) if n not in before and is_below(m, libraries)]
        if found and threading.active_count() == threads:  # a thread would not live on in a forked process
            path = Path(probe.STATE) / f"learning-{os.getpid()}"
            path.write_text(json.dumps(found), encoding="utf8")
            path.rename(path.with_name(f"learned-{os.getpid()}"))
        return bag

    probe.load_file = load_and_tell
    yield


def is_below(module: Any, folders: Any) -> bool:
    file = getattr(module, "__file__", None)
    return bool(file) and str(file).startswith(folders) and not str(file).startswith(probe.DAGS + os.sep)


class Environment:
    """The variables of the client that asks, with those that this process needs for itself."""

    def __init__(self) -> None:
        self.given = dict(os.environ)
        probe.settle_environment(probe.DAGS)
        names = set(self.given) | set(os.environ)
        self.own = {name for name in names if self.given.get(name) != os.environ.get(name)}

    def take(self, wanted: Optional[Dict[str, str]]) -> None:
        if wanted is None:
            return
        for name in (set(self.given) | set(wanted)) - self.own:
            if name not in wanted:
                os.environ.pop(name, None)
            elif self.given.get(name) != wanted[name]:
                os.environ[name] = wanted[name]


# ------------------------------------------------------------------------------------------------------ start-up


def main() -> None:
    parser = argparse.ArgumentParser(description="The Airflow of one Dagster run.")
    parser.add_argument("--state", required=True, help="where empty databases are kept")
    parser.add_argument("--dags", required=True)
    parser.add_argument("--listen", required=True, type=int, help="the descriptor of a socket that listens")
    parser.add_argument(
        "--idle", type=float, default=300, help="seconds that a living run may leave it alone"
    )
    options = parser.parse_args()
    listener = socket.socket(fileno=options.listen)
    os.set_inheritable(listener.fileno(), False)
    folder = Path(listener.getsockname()).parent
    guard(listener, folder)
    sys.argv[:] = ["airflow"]  # what a DAG file that looks finds in Airflow's own processes
    probe.STATE, probe.DAGS = Path(options.state), options.dags
    with contextlib.suppress(OSError):  # another process may sweep at the same time
        probe.sweep()
    environment = Environment()
    try:
        template = probe.start(folder / "boot.db")
        probe.prepare_for_tasks()
    except BaseException as error:  # whatever Airflow says at its start is the answer: the clients show it
        refuse(listener, f"{type(error).__name__}: {error}")
        raise
    probe.STATE = folder  # what requests write goes away with this process
    try:
        Server(listener, template, environment, options.idle).serve()
    finally:
        listener.close()
        clear_away(folder)
        probe.flush()
        os._exit(0)  # threads of Airflow or of a plugin could hold a normal exit back


def refuse(listener: socket.socket, error: str) -> None:
    """Tell those who wait why there will be no answer."""
    listener.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            say(
                listener.accept()[0], {"event": "failed", "error": error, "traceback": traceback.format_exc()}
            )


if __name__ == "__main__":
    main()
