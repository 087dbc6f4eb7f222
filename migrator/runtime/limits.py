"""A limit of time for a step, as Airflow's `execution_timeout`: what takes longer fails, and may be tried again."""

import functools
import inspect
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any


class _Exceeded(BaseException):
    """Raised inside the step; no `except Exception` of its own can take it for something else."""


def time_limit(**length: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function, or a generator, run so long at most: `@time_limit(minutes=5)` below `@dg.asset`.

    It works in the main thread of a process, where Dagster's executors run their steps.

    Args:
        **length: As `datetime.timedelta` takes it.

    Raises:
        TimeoutError: From the decorated function, when it takes longer.
    """
    seconds = timedelta(**length).total_seconds()

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def limited(*args: Any, **kwargs: Any) -> Any:
            with _within(seconds):
                return function(*args, **kwargs)

        @functools.wraps(function)
        def limited_generator(*args: Any, **kwargs: Any) -> Iterator[Any]:
            with _within(seconds):
                yield from function(*args, **kwargs)

        return limited_generator if inspect.isgeneratorfunction(function) else limited

    return decorate


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        warnings.warn("a time limit needs the main thread of a process: there is none here", stacklevel=3)
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        raise _Exceeded

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _Exceeded:
        raise TimeoutError(f"it took longer than {timedelta(seconds=seconds)}") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
