"""Waiting inside a step, as Airflow's sensors do: look, sleep, look again, until it is there or time is up.

    wait_until(lambda: file_exists("/landing/orders.csv"), poke_interval=30, timeout=3600)

The process of the step waits, and its run with it. A wait that starts runs belongs into a Dagster sensor.
"""

import glob
import json
import os
import random
import signal
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dagster as dg

WEEK = 7 * 24 * 3600.0  # how long a sensor waits if nobody says otherwise
Duration = float | timedelta


@dataclass(frozen=True)
class PokeReturnValue:
    """What a look may return: whether the wait is over, and then the value of the step."""

    is_done: bool
    xcom_value: Any = None

    def __bool__(self) -> bool:
        return self.is_done


class TimedOut(dg.Failure):
    """It was not there in time."""


class Skipped(Exception):
    """Raised by a look: there is nothing to wait for, and nothing to do afterwards."""


def wait_until(
    poke: Callable[[], Any],
    *,
    poke_interval: Duration = 60,
    timeout: Duration | None = WEEK,
    exponential_backoff: bool = False,
    max_wait: Duration | None = None,
    silent_fail: bool = False,
    retry_timeout: bool = False,
) -> Any:
    """Look until `poke` returns something true; the `xcom_value` of a `PokeReturnValue`, else None.

    Args:
        poke: The look. There is at least one, however short the time.
        poke_interval: Seconds between two looks.
        timeout: Seconds from the first look to giving up; None never does. It is counted anew for each try.
        exponential_backoff: Whether the distance doubles each time, with some jitter.
        max_wait: The longest distance then.
        silent_fail: Whether an error in a look counts as "not yet". A `dagster.Failure` that allows no retry
            does not.
        retry_timeout: Whether a step that timed out may be tried again.

    Raises:
        TimedOut: It was not there in time.
    """
    started, looks, limit = time.monotonic(), 1, None if timeout is None else _seconds(timeout)
    while not (found := _look(poke, silent_fail)):
        waited = time.monotonic() - started
        if limit is not None and waited > limit:
            raise TimedOut(f"not there after {waited:.0f} s of {limit:g} s", allow_retries=retry_timeout)
        pause = _seconds(poke_interval)
        if exponential_backoff:
            pause = _backoff(pause, looks, None if limit is None else limit - int(waited))
            pause = pause if max_wait is None else min(_seconds(max_wait), pause)
        print(f"not yet, after {looks}; the next look is in {pause:g} s", flush=True)
        time.sleep(pause)
        looks += 1
    return found.xcom_value if isinstance(found, PokeReturnValue) else None


def wait_or_skip(
    poke: Callable[[], Any], *, never_fail: bool = False, soft_fail: bool = True, **waiting: Any
) -> Iterator[dg.Output[Any]]:
    """As `wait_until`, but puts out nothing where that gives up: `yield from wait_or_skip(...)` then skips.

    For an asset or op whose output is not required, or an outcome op. An error in a look is still an error,
    unless it is a `dagster.Failure` that allows no retry, or the step is one that is to `never_fail`. Without
    `soft_fail` it skips only where a look says so, by `Skipped`.
    """
    try:
        value = wait_until(poke, **waiting)
    except Exception as error:  # a look may raise anything
        final = isinstance(error, dg.Failure) and not error.allow_retries
        given_up = soft_fail and (final or isinstance(error, TimedOut))
        if not (never_fail or given_up or isinstance(error, Skipped)):
            raise
        print(f"skipped: {error}", flush=True)
        return
    yield dg.Output(value)


def _look(poke: Callable[[], Any], silent_fail: bool) -> Any:
    try:
        return poke()
    except Exception as error:  # a look may raise anything
        final = isinstance(error, dg.Failure) and not error.allow_retries
        if not silent_fail or final or isinstance(error, Skipped):
            raise
        traceback.print_exc()
        return False


def _seconds(duration: Duration) -> float:
    return duration.total_seconds() if isinstance(duration, timedelta) else float(duration)


def _backoff(first: float, looks: int, left: float | None) -> float:
    """Between the doubled distance and twice that, so that sensors do not all look at the same moment."""
    least = max(int(first * 2 ** (looks - 2)), 1)
    pause = least + random.randrange(least)
    return pause if left is None else min(left, pause)


# ---------------------------------------------------------------------- what there is to look for
def file_exists(path: str | os.PathLike[str], *, recursive: bool = False) -> bool:
    """Whether there is such a file, or a folder with a file somewhere in it; the path may be a pattern.

    `recursive`: `**` stands for any number of folders.
    """
    for found in glob.iglob(os.fspath(path), recursive=recursive):
        if os.path.isfile(found) or any(files for _, _, files in os.walk(found)):
            return True
    return False


def in_folder_of(connection: str, path: str | os.PathLike[str]) -> str:
    """The path in the folder that a file connection of Airflow names, `AIRFLOW_CONN_<id>` in the environment.

    An absolute path needs no connection.
    """
    if os.path.isabs(path):
        return os.fspath(path)
    name = f"AIRFLOW_CONN_{connection.upper()}"
    if (text := os.environ.get(name)) is None:
        raise dg.Failure(f"{os.fspath(path)} is below the folder of {connection}: set {name}")
    return os.path.join(_folder(text), path)


def _folder(connection: str) -> str:
    """What a connection says in JSON (`{"extra": {"path": ...}}`) or as a URI (`fs://?path=...`)."""
    if not connection.lstrip().startswith("{"):
        query = parse_qs(urlsplit(connection).query)
        extra = json.loads(query["__extra__"][0]) if "__extra__" in query else {}
        return str(extra.get("path") or unquote(query.get("path", [""])[0]))
    extra = json.loads(connection).get("extra") or {}
    return str((json.loads(extra) if isinstance(extra, str) else extra).get("path", ""))


def succeeds(
    command: str,
    *,
    env: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    retry_exit_code: int | None = None,
) -> bool:
    """Whether a command of bash ends with exit code 0; it runs as a script, in a fresh folder.

    `retry_exit_code`: the only other exit code that means "not yet". Any other is a failure, without
    another try.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile(dir=folder) as script:
        script.write(command.encode())
        script.flush()
        process = subprocess.Popen(
            ["bash", script.name],
            cwd=folder,
            env=None if env is None else dict(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            for line in process.stdout or ():
                print(line.decode(encoding).strip(), flush=True)
            code = process.wait()
        except BaseException:  # the run is being stopped: what the command started ends too
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
    if code and retry_exit_code is not None and code != retry_exit_code:
        raise dg.Failure(f"exit code {code}", allow_retries=False)
    return code == 0
