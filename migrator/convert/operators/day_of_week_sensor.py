"""DayOfWeekSensor becomes a step that waits for a day of the week."""

from typing import TYPE_CHECKING

from migrator.convert import weekdays
from migrator.convert.context import moment
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import flag, waits

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="today, in UTC",
        before='DayOfWeekSensor(task_id="say", week_day={"Saturday", "Sunday"}, timeout=60)',
        after="# Saturday, Sunday\nwait_until(lambda: utc_now().isoweekday() in (6, 7), timeout=60)",
        findings=("OP050",),
    ),
    Example(
        name="the day of the run: it is there or never comes",
        before='DayOfWeekSensor(task_id="say", week_day="Monday", use_task_logical_date=True, soft_fail=True)',
        after=(
            "# Monday\nyield from wait_or_skip(lambda: context.partition_time_window.start.isoweekday() == 1)"
        ),
        findings=("OP050",),
    ),
    Example(
        name="a day that nobody knows",
        before='DayOfWeekSensor(task_id="say", week_day="Someday")',
        after="",
        findings=("OP051",),
    ),
]


@translates(
    "airflow.sensors.weekday.DayOfWeekSensor",
    "airflow.contrib.sensors.weekday_sensor.DayOfWeekSensor",
    "airflow.providers.standard.sensors.weekday.DayOfWeekSensor",
)
def day_of_week_sensor(args: Args, scope: "Scope") -> Fragment | None:
    """Without `use_task_logical_date` it is the day in UTC, whatever the time zone of the DAG."""
    days = weekdays.numbers(args.take("week_day"), scope)
    of_run = flag("use_task_execution_day", args, scope) | flag("use_task_logical_date", args, scope)
    if days is None:
        return None
    if of_run:
        date = scope.body.use(moment("logical_date", scope.timing))
    else:
        date = "utc_now()"
        scope.body.imports.add("from ..runtime.clock import utc_now")
    return waits(f"lambda: {weekdays.tested(date, days)}", args, scope, before=[weekdays.comment(days)])
