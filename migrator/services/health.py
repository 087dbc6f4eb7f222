"""Is a service there? Questions that cost it next to nothing, each a function without arguments."""

import contextlib
import json
import socket
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from migrator.errors import ServiceError
from migrator.services.process import Process

HOST = "127.0.0.1"
PAUSE = 0.1  # seconds between two questions

Ready = Callable[[], bool]


def answers(port: int, host: str = HOST) -> bool:
    """Whether something accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=5):
        return True
    return False


def fetch(url: str, body: Any = None, timeout: float = 10.0, headers: dict[str, str] | None = None) -> str:
    """The text of an answer; with a body it is a POST of JSON. Raises OSError, as urllib does."""
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, sent, {"Content-Type": "application/json", **(headers or {})})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is behind no proxy
    with opener.open(request, timeout=timeout) as answer:
        text: str = answer.read().decode()
    return text


def http(url: str) -> Ready:
    """Whether a GET of it is answered with a success."""

    def ready() -> bool:
        with contextlib.suppress(OSError):
            fetch(url)
            return True
        return False

    return ready


def tcp(port: int) -> Ready:
    """Whether the port accepts connections."""
    return lambda: answers(port)


def wait_for(name: str, process: Process, ready: Ready, timeout: float = 120.0) -> None:
    """Returns when it is ready. Raises ServiceError with the end of its log when it died, or took too long."""
    end = time.monotonic() + timeout
    while not ready():
        status = process.ended()
        if status is not None:
            raise ServiceError(told(f"{name} ended with exit status {status}", process))
        if time.monotonic() > end:
            raise ServiceError(told(f"{name} was not ready after {timeout:.0f} s", process))
        time.sleep(PAUSE)


def told(what: str, process: Process) -> str:
    """A message with the end of a program's log."""
    return "\n".join([f"{what}; the end of {process.log}:", *(f"  {line}" for line in process.last_lines())])


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        port: int = sock.getsockname()[1]
    return port


def is_free(port: int) -> bool:
    """Whether a service could listen there."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            sock.bind((HOST, port))
            return True
    return False
