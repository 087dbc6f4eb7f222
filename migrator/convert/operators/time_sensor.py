"""TimeSensor becomes a step that waits for a time of day."""

from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import fresh, text, waits
from migrator.ir import constant

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="a time of day, in the time zone of the DAG",
        before='TimeSensor(task_id="say", target_time=time(6, 30))',
        after="target = time(6, 30)\nwait_until(lambda: local_now('UTC').time() > target)",
        findings=("OP050",),
    ),
    Example(
        name="deferred, it waits however long that takes",
        before='TimeSensorAsync(task_id="say", target_time=time(6, 30))',
        after="target = today_at(time(6, 30), 'UTC')\nwait_until(lambda: is_past(target), timeout=None)",
        findings=("OP050",),
    ),
]


@translates(
    "airflow.sensors.time_sensor.TimeSensor",
    "airflow.providers.standard.sensors.time.TimeSensor",
)
def time_sensor(args: Args, scope: "Scope") -> Fragment | None:
    """Airflow 2's own compares times of day at each look; the provider's has a moment of the day it starts on."""
    return _time_sensor(args, scope, deferred=False)


@translates(
    "airflow.sensors.time_sensor.TimeSensorAsync",
    "airflow.providers.standard.sensors.time.TimeSensorAsync",
)
def time_sensor_async(args: Args, scope: "Scope") -> Fragment | None:
    """It defers until the moment, and minds no timeout."""
    return _time_sensor(args, scope, deferred=True)


def _time_sensor(args: Args, scope: "Scope", *, deferred: bool) -> Fragment | None:
    time, zone = text("target_time", args, scope), scope.dag.timezone
    target = fresh("target", scope)
    provided = ".providers." in scope.task.operator or scope.timing.airflow3
    deferred = deferred or constant(scope.task.args.get("deferrable")) is True
    at_once = constant(scope.task.args.get("mode")) != "reschedule"  # a new look is a new start of the task
    if deferred or (provided and at_once):
        scope.body.imports |= {"from ..runtime.clock import is_past", "from ..runtime.clock import today_at"}
        line, poke = f"{target} = today_at({time}, {zone!r})", f"is_past({target})"
    elif provided:
        scope.body.imports |= {"from ..runtime.clock import is_past", "from ..runtime.clock import today_at"}
        line, poke = f"{target} = {time}", f"is_past(today_at({target}, {zone!r}))"
    else:
        scope.body.imports.add("from ..runtime.clock import local_now")
        line, poke = f"{target} = {time}", f"local_now({zone!r}).time() > {target}"
    return waits(f"lambda: {poke}", args, scope, before=[line], deferred=deferred, for_ever=True)
