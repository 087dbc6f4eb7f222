"""DateTimeSensor becomes a step that waits for a moment."""

from datetime import datetime
from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import fresh, text, waits
from migrator.ir import Literal

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="a moment as text",
        before='DateTimeSensor(task_id="say", target_time="2024-01-01T06:00:00", timeout=60)',
        after='target = "2024-01-01T06:00:00"\nwait_until(lambda: is_past(target), timeout=60)',
        findings=("OP050",),
    ),
    Example(
        name="a moment of the run's own day, deferred",
        before='DateTimeSensorAsync(task_id="say", target_time="{{ ds }}T06:00:00")',
        after='target = f"{context.partition_key}T06:00:00"\nwait_until(lambda: is_past(target), timeout=None)',
        findings=("OP050",),
    ),
    Example(
        name="a text that is not ISO 8601",
        before='DateTimeSensor(task_id="say", target_time="1 January 2024")',
        after="",
        findings=("OP051",),
    ),
]


@translates(
    "airflow.sensors.date_time.DateTimeSensor",
    "airflow.sensors.date_time_sensor.DateTimeSensor",
    "airflow.providers.standard.sensors.date_time.DateTimeSensor",
)
def date_time_sensor(args: Args, scope: "Scope") -> Fragment | None:
    """A moment without a time zone is in UTC, which is Airflow's default zone."""
    return _date_time_sensor(args, scope, deferred=False)


@translates(
    "airflow.sensors.date_time.DateTimeSensorAsync",
    "airflow.providers.standard.sensors.date_time.DateTimeSensorAsync",
)
def date_time_sensor_async(args: Args, scope: "Scope") -> Fragment | None:
    """It defers until the moment, and minds no timeout."""
    return _date_time_sensor(args, scope, deferred=True)


def _date_time_sensor(args: Args, scope: "Scope", *, deferred: bool) -> Fragment | None:
    given = scope.task.args.get("target_time")
    if isinstance(given, Literal) and isinstance(given.value, str) and not _is_iso(given.value):
        scope.refuse("OP051", f"`target_time` is {given.value!r}, which is not ISO 8601")
    moment, target = text("target_time", args, scope), fresh("target", scope)
    scope.body.imports.add("from ..runtime.clock import is_past")
    lines = [f"{target} = {moment}"]
    return waits(f"lambda: is_past({target})", args, scope, before=lines, deferred=deferred, for_ever=True)


def _is_iso(moment: str) -> bool:
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True
