"""LatestOnlyOperator becomes an op that lets only the latest run go on."""

from typing import TYPE_CHECKING

from migrator.convert.context import moment
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.ir import Every, Manual, Once, OnDatasets

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="all that follows, or nothing",
        before='LatestOnlyOperator(task_id="say")',
        after="return ['load', 'tell'] if is_latest(context) else []",
        findings=("CF051",),
        followers=("tell", "load"),
    ),
]


@translates(
    "airflow.operators.latest_only.LatestOnlyOperator",
    "airflow.operators.latest_only_operator.LatestOnlyOperator",
    "airflow.providers.standard.operators.latest_only.LatestOnlyOperator",
)
def latest_only(args: Args, scope: "Scope") -> Fragment | None:
    """Where no later run is known, every run goes on: without a schedule, with one run only, or for datasets."""
    after = sorted(scope.dag.downstream(scope.task.task_id))
    if isinstance(scope.dag.schedule, (Manual, Once, OnDatasets)):
        return Fragment((f"return {after}",), returns=True, kind="branch")
    due = _due(scope)
    if due is None:
        return None
    scope.body.imports.add("from ..runtime.clock import is_latest")
    scope.body.context = scope.body.dated = True
    scope.note("CF051", "a run that is launched by hand always goes on")
    return Fragment((f"return {after} if is_latest(context{due}) else []",), returns=True, kind="branch")


def _due(scope: "Scope") -> str | None:
    """When the next run is due, as an argument: the partitions know it, and a fixed distance can be added."""
    if scope.timing.partitions:
        return "" if scope.timing.interval else ", interval=False"
    if isinstance(scope.dag.schedule, Every):
        end = scope.body.use(moment("data_interval_end", scope.timing))
        scope.body.imports.add("from datetime import timedelta")
        return f", due={end} + timedelta(seconds={scope.dag.schedule.seconds:g})"
    return scope.refuse("CF052", "the next run of its schedule is not known here")
