"""Starts services in order, watches them, and stops all when one ends: the last that started goes first."""

import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType

from migrator.errors import ServiceError
from migrator.services.health import is_free, told
from migrator.services.process import Process
from migrator.services.service import Service

PAUSE = 0.2  # seconds between two looks at all services

Say = Callable[[str, str], None]  # the service, and what is new of it or a line of its output


def _silent(name: str, line: str) -> None:
    pass


class Supervisor:
    """Use it as a context manager: whatever happens inside, all services are stopped at its end."""

    def __init__(
        self,
        services: Sequence[Service],
        logs: Path,
        environment: Mapping[str, str],
        news: Say = _silent,
        output: Say = _silent,
    ) -> None:
        self.services, self.logs, self.environment = list(services), logs, dict(environment)
        self.news, self.output = news, output
        self.processes: dict[str, Process] = {}
        self.up: dict[str, float] = {}  # seconds that it took
        self._began: dict[str, float] = {}
        self._stop = threading.Event()
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> "Supervisor":
        self.logs.mkdir(parents=True, exist_ok=True)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                self._before[number] = signal.signal(number, self._signalled)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.stop()
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)  # type: ignore[arg-type]

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether somebody asked for the end: Ctrl-C, SIGTERM, a closed terminal."""
        return self._stop.is_set()

    def start(self) -> bool:
        """Returns True when all are up, False when the end was asked for before.

        Raises ServiceError for a port that is taken, and for a service that ends or takes too long.
        """
        self._needs_ports()
        while not self.stopping and len(self.up) < len(self.services):
            for service in self.services:
                self._advance(service)
            self._stop.wait(PAUSE)
        return not self.stopping

    def wait(self) -> None:
        """Returns when the end is asked for. Raises ServiceError when a service ends by itself."""
        while not self._stop.wait(PAUSE):
            self.look()

    def look(self) -> None:
        """Raises ServiceError when a service has ended."""
        for service in self.services:
            if not service.oneshot:
                self._must_run(service)

    def look_and_leave(self) -> None:
        """The same for long work meanwhile. Raises KeyboardInterrupt once the end was asked for."""
        if self.stopping:
            raise KeyboardInterrupt
        self.look()

    def _needs_ports(self) -> None:
        taken = [(s.name, port) for s in self.services for port in s.ports if not is_free(port)]
        if taken:
            listed = ", ".join(f"{port} ({name})" for name, port in taken)
            raise ServiceError(f"ports that are taken: {listed}. Stop who listens there, or choose others")

    def _advance(self, service: Service) -> None:
        name = service.name
        if name not in self.processes:
            if all(other in self.up for other in service.after):
                self._begin(service)
            return
        if name in self.up:
            if not service.oneshot:
                self._must_run(service)
            return
        process = self.processes[name]
        seconds = time.monotonic() - self._began[name]
        if service.oneshot and process.ended() == 0:
            self._is_up(service, seconds, "done")
            return
        self._must_run(service)
        if not service.oneshot and service.ready():
            self._is_up(service, seconds, "ready")
        elif seconds > service.timeout:
            raise ServiceError(told(f"{name} was not ready after {service.timeout:.0f} s", process))

    def _begin(self, service: Service) -> None:
        name = service.name
        self._began[name] = time.monotonic()
        self.processes[name] = Process(
            list(service.command),
            self.logs / f"{name}.log",
            env={**self.environment, **service.env},
            stop=service.stop,
            grace=service.grace,
            cwd=service.cwd,
            said=lambda line: self.output(name, line),
        )

    def _is_up(self, service: Service, seconds: float, word: str) -> None:
        self.up[service.name] = seconds
        self.news(service.name, f"{word} after {seconds:.0f} s{f'  {service.link}' if service.link else ''}")

    def _must_run(self, service: Service) -> None:
        process = self.processes[service.name]
        status = process.ended()
        if status is not None:
            raise ServiceError(told(f"{service.name} ended {_how(status)}", process))

    def stop(self) -> None:
        """All of them, in layers: what nothing else needs goes first. Returns when nothing is left."""
        left = [service for service in self.services if service.name in self.processes]
        while left:
            layer = [s for s in left if not any(s.name in other.after for other in left)]
            for service in layer:
                self.processes[service.name].ask_to_stop()
            for service in layer:
                self.processes[service.name].stop()
                left.remove(service)
        self.processes.clear()


def _how(status: int) -> str:
    if status <= 128:
        return f"with exit status {status}"
    try:
        return f"by {signal.Signals(status - 128).name}"
    except ValueError:
        return f"with exit status {status}"
