"""The arguments that all sensors share → a call of the runtime that waits as Airflow does.

A sensor waits in the process of its step; what is lost with that is told (OP050).
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Fragment
from migrator.ir import Code, Literal, Value
from migrator.runtime.airflow_names import free

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

DURATIONS = ("poke_interval", "timeout", "max_wait")
FLAGS = ("exponential_backoff", "silent_fail", "never_fail")
# How Airflow's triggerer is started and ended: without a meaning where nothing is deferred.
OF_TRIGGERS = ("end_from_trigger", "trigger_kwargs", "poll_interval")


def waits(
    look: str,
    args: Args,
    scope: "Scope",
    *,
    before: Iterable[str] = (),
    deferred: bool = False,
    for_ever: bool = False,
    value: bool = False,
    skipping: bool = False,
) -> Fragment | None:
    """The body of a step that waits until `look`, a callable, returns something true. None after a problem.

    `before`: lines that come first. `deferred`: the class always defers; `for_ever`: it minds no timeout then.
    `value`: the look may give the step a value; `skipping`: it may say that the step is to be skipped.
    """
    deferred = flag("deferrable", args, scope, deferred)
    given = _durations(args, scope)
    flags = {name: flag(name, args, scope) for name in FLAGS}
    soft, skips = flag("soft_fail", args, scope), flags.pop("never_fail")
    mode = args.take("mode") or Literal("poke")
    if mode not in (Literal("poke"), Literal("reschedule")) or flag("start_from_trigger", args, scope):
        scope.refuse("OP051", "how it waits is not known, or decided by a trigger")
    if deferred and (skips or flags["silent_fail"] or flags["exponential_backoff"]):
        scope.refuse("OP051", "a deferred sensor minds other arguments than one that pokes")
    for name in OF_TRIGGERS:
        args.take(name)
    if deferred and for_ever:
        given["timeout"] = "None"
    elif deferred and not scope.timing.airflow3 and not soft:
        given["retry_timeout"] = "True"  # Airflow 2 takes the end of a deferral for a usual failure
    given |= {name: "True" for name, on in flags.items() if on}
    if skips:
        given["never_fail"] = "True"
    if skipping and not soft:
        given["soft_fail"] = "False"
    if scope.body.problems:
        return None
    tell(scope, deferred, mode == Literal("reschedule"))
    return _written(look, given, scope, before, skips=soft or skips or skipping, value=value)


def _written(
    look: str, given: dict[str, str], scope: "Scope", before: Iterable[str], *, skips: bool, value: bool
) -> Fragment:
    function = "wait_or_skip" if skips else "wait_until"
    scope.body.imports.add(f"from ..runtime.sensors import {function}")
    call = f"{function}({', '.join([look, *(f'{k}={v}' for k, v in given.items())])})"
    line = f"yield from {call}" if skips else f"return {call}" if value else call
    return Fragment((*before, line), returns=skips or value, yields=skips)


def _durations(args: Args, scope: "Scope") -> dict[str, str]:
    found = {}
    for name in DURATIONS:
        given = args.take(name)
        if given is None or given == Literal(None):
            continue
        if (text := duration(name, given, scope)) is not None:
            found[name] = text
    return found


def duration(name: str, value: Value, scope: "Scope") -> str | None:
    """Seconds or a timedelta, as it was written if it was written in the call."""
    node = scope.node_of(name)
    if node is None and isinstance(value, Literal) and isinstance(value.value, timedelta):
        return f"{value.value.total_seconds():g}"
    return scope.text_of(value, node)


def flag(name: str, args: Args, scope: "Scope", default: bool = False) -> bool:
    """A switch that has to be a constant: what the new code is depends on it."""
    value = args.take(name)
    if value is None:
        return default
    if isinstance(value, Literal) and (value.value is None or isinstance(value.value, bool)):
        return bool(value.value)
    scope.refuse("OP051", f"`{name}` is not a constant")
    return default


def tell(scope: "Scope", deferred: bool, rescheduled: bool) -> None:
    """Of a step that waits: how its sensor did."""
    how = "deferred itself" if deferred else "gave its slot back between two looks" if rescheduled else ""
    told = f"waits in its step; in Airflow it {how}" if how else "waits in its step, as in Airflow"
    again = rescheduled and not deferred and scope.task.retries > 0
    scope.note("OP050", f"{told}; if a look fails, the timeout counts anew" if again else told)


def text(name: str, args: Args, scope: "Scope") -> str | None:
    """The expression for an argument that has to be there; None after a problem was noted."""
    value = args.take(name)
    if value is None:
        return scope.refuse("DP040", f"`{name}` is not known")
    return scope.text_of(value, scope.node_of(name))


def once(name: str, args: Args, scope: "Scope", lines: list[str]) -> str | None:
    """As `text`; what Airflow works out once, when the task starts, is a local name: a line more in `lines`."""
    known = scope.task.args.get(name)
    found = text(name, args, scope)
    if found is None or not isinstance(known, Code):
        return found
    local = fresh(name, scope)
    lines.append(f"{local} = {found}")
    return local


def fresh(name: str, scope: "Scope") -> str:
    """A local name that nothing in the step means something else by."""
    found = free(name, scope.taken)
    scope.taken.add(found)
    return found
