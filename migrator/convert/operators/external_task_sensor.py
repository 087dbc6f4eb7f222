"""ExternalTaskSensor waits for a run of another DAG: no step of its own can do that in Dagster."""

from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.ir import constant

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="another DAG's run of the same date",
        before='ExternalTaskSensor(task_id="say", external_dag_id="orders", external_task_id="load")',
        after="",
        findings=("CF055",),
    ),
]


@translates(
    "airflow.sensors.external_task.ExternalTaskSensor",
    "airflow.sensors.external_task_sensor.ExternalTaskSensor",
    "airflow.providers.standard.sensors.external_task.ExternalTaskSensor",
)
def external_task_sensor(args: Args, scope: "Scope") -> Fragment | None:
    """Which run that is, and whether the other DAG is in Dagster at all, one DAG alone does not tell."""
    dag_id = constant(args.take("external_dag_id"), "another DAG")
    for name in args.left():
        args.take(name)
    scope.refuse("CF055", f"waits for a run of {dag_id}, which has to be that of its own date")
    return None
