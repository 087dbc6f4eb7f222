"""TimeDeltaSensor becomes a step that waits until some time after the interval of its run."""

from typing import TYPE_CHECKING

from migrator.convert.context import moment
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import duration, flag, fresh, waits
from migrator.ir import Literal, Template, Value

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="some time after the end of the interval",
        before='TimeDeltaSensor(task_id="say", delta=timedelta(hours=2), timeout=7200)',
        after=(
            "target = context.partition_time_window.end + timedelta(hours=2)\n"
            "wait_until(lambda: is_past(target), timeout=7200)"
        ),
        findings=("OP050",),
    ),
    Example(
        name="deferred, its value says whether it had to wait at all",
        before='TimeDeltaSensorAsync(task_id="say", delta=timedelta(hours=2))',
        after=(
            "target = context.partition_time_window.end + timedelta(hours=2)\n"
            "if is_past(target): return True\n"
            "wait_until(lambda: is_past(target), timeout=None)"
        ),
        findings=("OP050",),
    ),
    Example(
        name="minutes in a template",
        before='TimeDeltaSensor(task_id="say", delta="{{ ds }}")',
        after="",
        findings=("OP051",),
    ),
]


@translates(
    "airflow.sensors.time_delta.TimeDeltaSensor",
    "airflow.sensors.time_delta_sensor.TimeDeltaSensor",
    "airflow.providers.standard.sensors.time_delta.TimeDeltaSensor",
)
def time_delta_sensor(args: Args, scope: "Scope") -> Fragment | None:
    """`delta` counts from the end of the data interval."""
    return _time_delta_sensor(args, scope, deferred=flag("deferrable", args, scope))


@translates(
    "airflow.sensors.time_delta.TimeDeltaSensorAsync",
    "airflow.providers.standard.sensors.time_delta.TimeDeltaSensorAsync",
)
def time_delta_sensor_async(args: Args, scope: "Scope") -> Fragment | None:
    """The same, deferred: Airflow 2's own minds no timeout."""
    return _time_delta_sensor(args, scope, deferred=True)


def _time_delta_sensor(args: Args, scope: "Scope", *, deferred: bool) -> Fragment | None:
    delta = _delta(args.take("delta"), scope)
    if delta is None:
        return None
    end = scope.body.use(moment("data_interval_end", scope.timing))
    scope.body.imports.add("from ..runtime.clock import is_past")
    target = fresh("target", scope)
    lines = [f"{target} = {end} + {delta}"]
    own = ".providers." not in scope.task.operator and not scope.timing.airflow3
    made = waits(f"lambda: is_past({target})", args, scope, before=lines, deferred=deferred, for_ever=own)
    if made is None or not deferred:
        return made
    *first, last = made.lines
    early = "yield dg.Output(True); return" if made.yields else "return True"
    return Fragment((*first, f"if is_past({target}): {early}", last), returns=True, yields=made.yields)


def _delta(value: Value | None, scope: "Scope") -> str | None:
    if value is None or isinstance(value, Template):
        return scope.refuse("OP051", "`delta` is no timedelta")
    if isinstance(value, Literal) and isinstance(value.value, int):  # minutes, in Airflow 3
        scope.body.imports.add("from datetime import timedelta")
        return f"timedelta(minutes={value.value})"
    return duration("delta", value, scope)
