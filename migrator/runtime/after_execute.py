"""What Airflow calls once an operator has done its work: `post_execute`."""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from .dataset_events import events_to_send


def calls_after(callback: Callable[[dict[str, Any], Any], Any]) -> Callable[..., Callable[..., Any]]:
    """Call `callback` with a dict about the run and with the result, when the step has not failed or been skipped.

    What it tells of datasets is told by the step; an error of it is one of the step.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            result = function(*args, **kwargs)
            callback(_about(), result)
            return result

        @functools.wraps(function)
        def generate(*args: Any, **kwargs: Any) -> Iterator[Any]:
            outputs = list(function(*args, **kwargs))  # none: it was skipped
            if outputs:
                callback(_about(), getattr(outputs[0], "value", None))
            yield from outputs

        return generate if inspect.isgeneratorfunction(function) else call

    return decorate


def _about() -> dict[str, Any]:
    return {"outlet_events": events_to_send(), "run_id": dg.OpExecutionContext.get().run_id}
