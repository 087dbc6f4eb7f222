"""BranchDayOfWeekOperator becomes an op that chooses by the day of the week."""

from typing import TYPE_CHECKING

from migrator.convert import weekdays
from migrator.convert.context import moment
from migrator.convert.following import followed
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import flag, fresh

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="today, in the time zone of the DAG",
        before=(
            'BranchDayOfWeekOperator(task_id="say", week_day="Monday", '
            'follow_task_ids_if_true="monday", follow_task_ids_if_false="other")'
        ),
        after="# Monday\nreturn 'monday' if local_now('UTC').isoweekday() == 1 else 'other'",
        followers=("monday", "other"),
    ),
    Example(
        name="the day of the run",
        before=(
            'BranchDayOfWeekOperator(task_id="say", week_day=["SATURDAY", "SUNDAY"], '
            'use_task_logical_date=True, follow_task_ids_if_true="free", follow_task_ids_if_false=[])'
        ),
        after=(
            "logical_date = context.partition_time_window.start\n# Saturday, Sunday\n"
            "return 'free' if logical_date.isoweekday() in (6, 7) else []"
        ),
        followers=("free",),
    ),
    Example(
        name="a day that is not known",
        before=(
            'BranchDayOfWeekOperator(task_id="say", week_day=f"{DAY}", '
            'follow_task_ids_if_true="a", follow_task_ids_if_false="b")'
        ),
        after="",
        findings=("OP051",),
        followers=("a", "b"),
    ),
]


@translates(
    "airflow.operators.weekday.BranchDayOfWeekOperator",
    "airflow.providers.standard.operators.weekday.BranchDayOfWeekOperator",
)
def branch_day_of_week(args: Args, scope: "Scope") -> Fragment | None:
    """The day of the run is that of its logical date, in UTC."""
    if_true = followed("follow_task_ids_if_true", args, scope)
    if_false = followed("follow_task_ids_if_false", args, scope)
    days = weekdays.numbers(args.take("week_day"), scope)
    of_run = flag("use_task_execution_day", args, scope) | flag("use_task_logical_date", args, scope)
    if scope.body.problems or days is None:
        return None
    lines = [weekdays.comment(days)]
    if of_run:
        date = fresh("logical_date", scope)
        lines.insert(0, f"{date} = {scope.body.use(moment('logical_date', scope.timing))}")
    else:
        date = f"local_now({scope.dag.timezone!r})"
        scope.body.imports.add("from ..runtime.clock import local_now")
    lines.append(f"return {if_true} if {weekdays.tested(date, days)} else {if_false}")
    return Fragment(tuple(lines), returns=True, kind="branch")
