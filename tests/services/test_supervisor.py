"""The supervisor with small real programs: order, health, the end of one is the end of all, and nothing stays."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from migrator.errors import ServiceError
from migrator.services.health import answers, free_port, tcp
from migrator.services.service import Service
from migrator.services.supervisor import Supervisor
from tests.processes import until
from tests.services.test_process import gone, runs

SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(1000)"
LISTENER = """
import os, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print(os.getpid(), flush=True)
while True:
    server.accept()[0].close()
"""
# Writes its name into a file when it is told to stop.
TELLS = """
import signal, sys, time
def stop(*_):
    with open(sys.argv[1], "a") as order:
        order.write(sys.argv[2])
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print(1, flush=True)
time.sleep(1000)
"""


def python(code: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code, *arguments)


def supervisor(services: Sequence[Service], logs: Path, news: list[str] | None = None) -> Supervisor:
    told = news if news is not None else []
    return Supervisor(services, logs, os.environ, lambda name, line: told.append(name))


def pid_of(logs: Path, name: str) -> int:
    log = logs / f"{name}.log"
    assert until(lambda: log.exists() and log.read_text().endswith("\n"))
    return int(log.read_text())


def test_services_start_after_those_that_they_need(tmp_path: Path) -> None:
    port, news = free_port(), []  # type: tuple[int, list[str]]
    services = [
        Service("last", python(SLEEPER), after=("server",)),
        Service("server", python(LISTENER, str(port)), after=("first",), ready=tcp(port), ports=(port,)),
        Service("first", python("print('made')"), oneshot=True),
    ]
    with supervisor(services, tmp_path, news) as started:
        assert started.start()
        pids = [pid_of(tmp_path, name) for name in ("last", "server")]
        assert answers(port)
        assert all(map(runs, pids))
    assert news == ["first", "server", "last"]
    assert gone(pids)


def test_one_that_is_killed_ends_all_with_its_last_lines(tmp_path: Path) -> None:
    services = [Service("one", python(SLEEPER)), Service("two", python(SLEEPER))]
    with (
        pytest.raises(ServiceError, match=r"two ended by SIGKILL"),
        supervisor(services, tmp_path) as started,
    ):
        started.start()
        pids = [pid_of(tmp_path, name) for name in ("one", "two")]
        os.kill(pids[1], signal.SIGKILL)
        started.wait()
    assert gone(pids)


def test_one_that_cannot_start_says_why(tmp_path: Path) -> None:
    services = [
        Service("sleeper", python(SLEEPER)),
        Service("broken", python("raise ValueError('no such option')"), oneshot=True),
    ]
    with (
        pytest.raises(ServiceError, match=r"(?s)broken ended with exit status 1.*ValueError: no such option"),
        supervisor(services, tmp_path) as started,
    ):
        started.start()


def test_one_that_never_gets_ready_is_given_up(tmp_path: Path) -> None:
    service = Service("deaf", python(SLEEPER), ready=lambda: False, timeout=0.5)
    with pytest.raises(ServiceError, match="deaf was not ready"), supervisor([service], tmp_path) as started:
        started.start()


def test_a_port_that_is_taken_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        services = [Service("sleeper", python(SLEEPER)), Service("server", python(SLEEPER), ports=(port,))]
        with (
            pytest.raises(ServiceError, match=rf"taken: {port} \(server\)"),
            supervisor(services, tmp_path) as it,
        ):
            it.start()
    assert not list(tmp_path.glob("*.log"))


def test_they_stop_in_the_opposite_order(tmp_path: Path) -> None:
    order = tmp_path / "order"
    services = [
        Service("a", python(TELLS, str(order), "a")),
        Service("b", python(TELLS, str(order), "b"), after=("a",)),
        Service("c", python(TELLS, str(order), "c"), after=("b",)),
    ]
    with supervisor(services, tmp_path) as started:
        started.start()
        for name in "abc":
            pid_of(tmp_path, name)
    assert order.read_text() == "cba"


WHOLE = """
    import os, sys, time
    from pathlib import Path
    from migrator.services.service import Service
    from migrator.services.supervisor import Supervisor
    sleeper = sys.argv[2]
    services = [Service(name, (sys.executable, "-c", sleeper)) for name in ("one", "two")]
    with Supervisor(services, Path(sys.argv[1]), os.environ) as started:
        started.start()
        started.wait()
    print("stopped")
"""


def whole(logs: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", textwrap.dedent(WHOLE), str(logs), SLEEPER]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_in_order(tmp_path: Path, number: signal.Signals) -> None:
    process = whole(tmp_path)
    pids = [pid_of(tmp_path, name) for name in ("one", "two")]
    process.send_signal(number)
    assert process.communicate()[0] == "stopped\n"
    assert process.returncode == 0
    assert gone(pids)


def test_a_killed_supervisor_leaves_nothing(tmp_path: Path) -> None:
    process = whole(tmp_path)
    pids = [pid_of(tmp_path, name) for name in ("one", "two")]
    process.kill()
    process.communicate()
    assert gone(pids)


def test_it_works_outside_the_main_thread(tmp_path: Path) -> None:
    ran: list[bool] = []

    def run() -> None:
        with supervisor([Service("one", python(SLEEPER))], tmp_path) as started:
            ran.append(started.start())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ran == [True]
    assert gone([pid_of(tmp_path, "one")])
