"""BranchDateTimeOperator becomes an op that chooses by the time."""

from typing import TYPE_CHECKING

from migrator.convert.context import moment
from migrator.convert.following import followed
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import flag, fresh
from migrator.ir import Literal

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="by the clock",
        before=(
            'BranchDateTimeOperator(task_id="say", target_lower=time(6), target_upper=None, '
            'follow_task_ids_if_true="day", follow_task_ids_if_false="night")'
        ),
        after="return 'day' if in_range(utc_now(), lower=time(6), upper=None, zone='UTC') else 'night'",
        followers=("day", "night"),
    ),
    Example(
        name="by the date of the run",
        before=(
            'BranchDateTimeOperator(task_id="say", target_lower=datetime(2024, 1, 1), '
            "target_upper=datetime(2025, 1, 1), use_task_logical_date=True, "
            'follow_task_ids_if_true=["old", "both"], follow_task_ids_if_false=["new", "both"])'
        ),
        after=(
            "logical_date = context.partition_time_window.start\n"
            "return ['old', 'both'] if in_range(logical_date, lower=datetime(2024, 1, 1), "
            "upper=datetime(2025, 1, 1), zone='UTC') else ['new', 'both']"
        ),
        followers=("old", "new", "both"),
    ),
    Example(
        name="a task that does not follow the branch",
        before=(
            'BranchDateTimeOperator(task_id="say", target_lower=time(6), target_upper=None, '
            'follow_task_ids_if_true="day", follow_task_ids_if_false="elsewhere")'
        ),
        after="",
        findings=("CF050",),
        followers=("day",),
    ),
]


@translates(
    "airflow.operators.datetime.BranchDateTimeOperator",
    "airflow.providers.standard.operators.datetime.BranchDateTimeOperator",
)
def branch_date_time(args: Args, scope: "Scope") -> Fragment | None:
    """Bounds without a time zone are in that of the DAG; a time of day is one of the date that is asked."""
    if_true = followed("follow_task_ids_if_true", args, scope)
    if_false = followed("follow_task_ids_if_false", args, scope)
    of_run = flag("use_task_execution_date", args, scope) | flag("use_task_logical_date", args, scope)
    lower, upper = _bound("target_lower", args, scope), _bound("target_upper", args, scope)
    if scope.body.problems:
        return None
    lines, date = list[str](), "utc_now()"
    if of_run:
        date = fresh("logical_date", scope)
        lines.append(f"{date} = {scope.body.use(moment('logical_date', scope.timing))}")
    scope.body.imports |= {"from ..runtime.clock import in_range", "from ..runtime.clock import utc_now"}
    test = f"in_range({date}, lower={lower}, upper={upper}, zone={scope.dag.timezone!r})"
    lines.append(f"return {if_true} if {test} else {if_false}")
    return Fragment(tuple(lines), returns=True, kind="branch")


def _bound(name: str, args: Args, scope: "Scope") -> str | None:
    value = args.take(name)
    return "None" if value is None or value == Literal(None) else scope.text_of(value, scope.node_of(name))
