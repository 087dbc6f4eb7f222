"""ExternalTaskMarker does nothing in a run: it tells Airflow what else to clear with it."""

from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Example, Fragment, translates

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="a step that does nothing",
        before='ExternalTaskMarker(task_id="say", external_dag_id="reports", external_task_id="wait")',
        after="pass",
        findings=("CF054",),
    ),
]


@translates(
    "airflow.sensors.external_task.ExternalTaskMarker",
    "airflow.sensors.external_task_sensor.ExternalTaskMarker",
    "airflow.providers.standard.sensors.external_task.ExternalTaskMarker",
)
def external_task_marker(args: Args, scope: "Scope") -> Fragment | None:
    """It stays a step, as somebody may wait for it."""
    for name in ("external_dag_id", "external_task_id", "logical_date", "execution_date", "recursion_depth"):
        args.take(name)
    scope.note("CF054", "clearing it clears nothing in another DAG")
    return Fragment(("pass",), empty=True)
