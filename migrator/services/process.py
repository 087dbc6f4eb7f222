"""One program under a guard: started, asked whether it still runs, stopped. Its output goes to a file."""

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")
SLACK = 10.0  # seconds that the guard gets on top of the program's own

Line = Callable[[str], None]


class Process:
    """A running program. `said` is called with each line of its output, on a thread of its own."""

    def __init__(
        self,
        command: list[str],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        stop: str = "SIGTERM",
        grace: float = 20.0,
        cwd: Path | None = None,
        said: Line | None = None,
    ) -> None:
        self.log, self.grace = log, grace
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD), stop, str(grace), *command],
            env=None if env is None else dict(env),
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(said or (lambda _: None),), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """That of the guard; the program is its child."""
        return self._guard.pid

    def _read(self, said: Line) -> None:
        assert self._guard.stdout is not None
        with open(self.log, "ab", buffering=0) as file:
            for line in self._guard.stdout:
                file.write(line)
                said(line.decode(errors="replace").rstrip())

    def ended(self) -> int | None:
        """Its exit status once it has one."""
        return self._guard.poll()

    def ask_to_stop(self) -> None:
        """Gives the word, and returns at once."""
        with contextlib.suppress(OSError, ValueError):
            assert self._guard.stdin is not None
            self._guard.stdin.write(b".")
            self._guard.stdin.close()

    def stop(self) -> int:
        """Gives the word, and waits until the program and all that it started is gone."""
        self.ask_to_stop()
        try:
            status = self._guard.wait(self.grace + SLACK)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            status = self._guard.wait()
        self._reader.join(SLACK)
        return status

    def last_lines(self, count: int = 10) -> list[str]:
        """The end of its output, for a message."""
        with contextlib.suppress(OSError):
            return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
        return []
