"""TriggerDagRunOperator starts a run of another DAG: no step can do that in Dagster."""

from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import flag
from migrator.ir import constant

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="a run of another DAG",
        before='TriggerDagRunOperator(task_id="say", trigger_dag_id="reports", conf={"day": "{{ ds }}"})',
        after="",
        findings=("CF053",),
    ),
    Example(
        name="a run of another DAG, to its end",
        before='TriggerDagRunOperator(task_id="say", trigger_dag_id="reports", wait_for_completion=True)',
        after="",
        findings=("CF053",),
    ),
]


@translates(
    "airflow.operators.trigger_dagrun.TriggerDagRunOperator",
    "airflow.operators.dagrun_operator.TriggerDagRunOperator",
    "airflow.providers.standard.operators.trigger_dagrun.TriggerDagRunOperator",
)
def trigger_dag_run(args: Args, scope: "Scope") -> Fragment | None:
    """A sensor can request a run, but only once this one has ended, and without a `conf` that a task reads."""
    dag_id = constant(args.take("trigger_dag_id"), "another DAG")
    waits = " and waits for its end" if flag("wait_for_completion", args, scope) else ""
    for name in args.left():
        args.take(name)
    scope.refuse("CF053", f"starts a run of {dag_id}{waits}")
    return None
