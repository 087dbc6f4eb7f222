"""Shell commands as steps: their last line is the value, one exit code means "nothing to do", others fail."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import nullcontext, suppress
from typing import Any

import dagster as dg

TAIL = 20  # lines of output that a failure shows
GRACE = 10.0  # seconds between asking a stopped command to end and killing it


def run_bash(
    command: str,
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    skip_on: int | Container[int] | None = 99,
    encoding: str = "utf-8",
    value: Callable[[str], Any] | None = str,
) -> Iterator[dg.Output[Any]]:
    """Run a command in bash and put out the last line that it wrote; nothing if it had nothing to do.

    For an asset or op whose output is not required, or an outcome op: `yield from run_bash("make report")`.
    Standard output and standard error are one stream, which also goes to the step's compute log.

    Args:
        command: What `bash -c` gets.
        env: The whole environment of the command. To add to the present one: `{**os.environ, "DAY": day}`.
        cwd: Where it runs; a fresh folder, deleted afterwards, if not given.
        skip_on: The exit code, or codes, that mean "nothing to do".
        encoding: Of the output; bytes that do not fit are shown as escapes.
        value: Makes the value of the step from that last line; with None there is no value to keep.

    Raises:
        dagster.Failure: The command ended with another exit code than zero, or `cwd` is no folder.
    """
    skipped = () if skip_on is None else (skip_on,) if isinstance(skip_on, int) else skip_on
    lines: deque[str] = deque([""], maxlen=TAIL)
    code = _run(command, None if env is None else dict(env), cwd, encoding, lines)
    if code in skipped:
        print(f"exit code {code}: nothing to do", flush=True)
    elif code:
        raise dg.Failure(f"exit code {code}", {"exit_code": code, "output": "\n".join(lines)})
    else:
        yield dg.Output(value(lines[-1]) if value else None)


def checked(command: object) -> str:
    """A command that a function has made up: a text, and one that Airflow would have run as it is."""
    if not isinstance(command, str) or not command.strip():
        raise TypeError("a command has to be a text that is not empty")
    if command.endswith((".sh", ".bash")) or any(mark in command for mark in ("{{", "{%", "{#")):
        raise dg.Failure("Airflow would have rendered this command, or looked it up", {"command": command})
    return command


def _run(
    command: str,
    env: dict[str, str] | None,
    cwd: str | os.PathLike[str] | None,
    encoding: str,
    lines: deque[str],
) -> int:
    """Run it to its end, keeping its last lines; the exit code. However this ends, the command ends too."""
    if cwd is not None and not os.path.isdir(cwd):
        raise dg.Failure(f"no folder to run in: {os.fspath(cwd)}")
    with tempfile.TemporaryDirectory() if cwd is None else nullcontext(cwd) as folder:
        process = subprocess.Popen(
            [shutil.which("bash") or "bash", "-c", command],
            cwd=folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a process group of its own, to stop all that it starts with it
        )
        try:
            for raw in process.stdout or ():
                lines.append(raw.decode(encoding, errors="backslashreplace").rstrip())
                print(lines[-1], flush=True)
            return process.wait()
        except BaseException:  # the run is being stopped
            _stop(process)
            raise


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the command and all that it started: politely first."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
