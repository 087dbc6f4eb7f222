"""What makes steps of Dagster run as tasks do on the other side: no waiting between tries, the same chance and clock.

It holds for one process; a step that has a process of its own asks for it again.
"""

import contextlib
import functools
import importlib
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SEED_VARIABLE = "MIGRATE_RANDOM_SEED"
CLOCK_VARIABLE = "MIGRATE_CLOCK"  # there when the clock is to stand still for the code of steps
DUE_VARIABLE, DATE_VARIABLE = "MIGRATE_CLOCK_DUE", "MIGRATE_CLOCK_DATE"  # of the run in hand


def do_not_wait() -> None:
    """Retries are counted; their delays are not waited for, as on the other side."""
    from dagster._core.execution.plan.active import ActiveExecution

    usual = ActiveExecution.mark_up_for_retry

    def at_once(self: ActiveExecution, step_key: str, at_time: float | None = None) -> None:
        usual(self, step_key, None)

    setattr(ActiveExecution, "mark_up_for_retry", at_once)  # noqa: B010  (an assignment would be an error to mypy)


@functools.cache
def begin_each_step_alike(project: str) -> None:
    """With a seed given, chance gives each step the same numbers; with a clock, each step reads the same time."""
    clock, seed = own_clock(project), os.environ.get(SEED_VARIABLE)
    if clock is None and seed is None:
        return
    from dagster._core.execution.plan import execute_step

    usual = getattr(execute_step, "execute_core_compute")  # noqa: B009  (mypy: it is not exported)

    def alike(step_context: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        if seed is not None:
            random.seed(seed)
            with contextlib.suppress(ImportError):
                importlib.import_module("numpy").random.seed(int(seed))
        with _clock_stopped(clock, step_context.step.key):
            yield from usual(step_context, *args, **kwargs)

    setattr(execute_step, "execute_core_compute", alike)  # noqa: B010  (likewise)


def own_clock(project: str) -> Any:
    """The module of the clock, in the place of this process's own; None where the clock is to go on."""
    if not os.environ.get(CLOCK_VARIABLE):
        return None
    clock = importlib.import_module("migrate_clock")  # beside this script
    name = Path(project).name
    runtime = f"{name}.runtime"
    clock.install()
    clock.keep_running(runtime, f"{name}._airflow")  # what Airflow's own operators have become
    clock.keep_running(f"{runtime}.sensors", waiting=True)
    return clock


def tell_when(asked: dict[str, Any]) -> None:
    """What run comes next, for the clock: in this process and those that it starts."""
    due = asked["interval"][1] if asked["interval"] else None
    for name, moment in ((DUE_VARIABLE, due), (DATE_VARIABLE, asked["logical_date"])):
        if moment:
            os.environ[name] = moment
        else:
            os.environ.pop(name, None)


@contextlib.contextmanager
def _clock_stopped(clock: Any, step: str) -> Iterator[None]:
    if clock is None:
        yield
        return
    clock.stop_for_run(step, os.environ.get(DUE_VARIABLE), os.environ.get(DATE_VARIABLE))
    try:
        yield
    finally:
        clock.go_on()
