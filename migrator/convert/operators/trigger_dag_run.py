"""TriggerDagRunOperator becomes a step that asks for a run of the other DAG's job; a sensor of that job starts it."""

from typing import TYPE_CHECKING

from migrator.convert import other_dag
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.states import states
from migrator.convert.waiting import duration, flag
from migrator.ir import Literal, constant

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="a run of another DAG",
        before='TriggerDagRunOperator(task_id="say", trigger_dag_id="reports", conf={"day": "{{ ds }}"})',
        after="OtherJob(context, dag_id='reports', asks=True).request(conf={'day': context.partition_key})",
        findings=("CF053",),
    ),
    Example(
        name="a run of another DAG for the same date, to its end",
        before='TriggerDagRunOperator(task_id="say", trigger_dag_id="reports", logical_date="{{ ds }}", '
        "wait_for_completion=True, poke_interval=30)",
        after="OtherJob(context, dag_id='reports', asks=True).request("
        "date=context.partition_key, wait=True, poke_interval=30)",
        findings=("CF053",),
    ),
    Example(
        name="skipped where there is such a run",
        before='TriggerDagRunOperator(task_id="say", trigger_dag_id="reports", trigger_run_id="of {{ ds }}", '
        "skip_when_already_exists=True)",
        after="if OtherJob(context, dag_id='reports', asks=True).request("
        'run_id=f"of {context.partition_key}", skip_existing=True): yield dg.Output(None)',
        findings=("CF053",),
    ),
    Example(
        name="a DAG that only the run knows",
        before='TriggerDagRunOperator(task_id="say", trigger_dag_id="{{ params.next }}")',
        after="",
        findings=("CF087",),
    ),
]
WITHOUT_MEANING = ("deferrable", "openlineage_inject_parent_info")


@translates(
    "airflow.operators.trigger_dagrun.TriggerDagRunOperator",
    "airflow.operators.dagrun_operator.TriggerDagRunOperator",
    "airflow.providers.standard.operators.trigger_dagrun.TriggerDagRunOperator",
)
def trigger_dag_run(args: Args, scope: "Scope") -> Fragment | None:
    """The run has the same date and the same `conf`; a step that is tried again finds what it asked for before."""
    dag_id = constant(args.take("trigger_dag_id"))
    given = {"conf": _text("conf", args, scope), "date": _date(args, scope)}
    given["run_id"] = _text("trigger_run_id", args, scope)
    skips = flag("skip_when_already_exists", args, scope)
    given |= {"skip_existing": "True" if skips else None}
    given |= {"again": "True" if flag("reset_dag_run", args, scope) else None}
    given |= _waiting(args, scope)
    if flag("fail_when_dag_is_paused", args, scope):
        scope.refuse("CF087", "fails where the other DAG is paused")
    for name in WITHOUT_MEANING:
        args.take(name)
    if not isinstance(dag_id, str):
        scope.refuse("CF087", "which DAG it starts is only known in a run")
    if scope.body.problems or not isinstance(dag_id, str):
        return None
    scope.body.context = True
    scope.body.imports.add(other_dag.IMPORT)
    scope.note("CF053", f"starts a run of {dag_id}: a sensor does it, so the Dagster daemon must run")
    asked = ", ".join(f"{name}={value}" for name, value in given.items() if value)
    call = f"{other_dag.call(dag_id, asks=True)}.request({asked})"
    return Fragment((f"if {call}: yield dg.Output(None)" if skips else call,), returns=skips, yields=skips)


def _text(name: str, args: Args, scope: "Scope") -> str | None:
    value = args.take(name)
    if value is None or value == Literal(None):
        return None
    return scope.text_of(value, scope.node_of(name))


def _date(args: Args, scope: "Scope") -> str | None:
    old, new = _text("execution_date", args, scope), _text("logical_date", args, scope)
    return old or new


def _waiting(args: Args, scope: "Scope") -> dict[str, str | None]:
    """Airflow looks at `allowed_states` and `failed_states` only while it waits."""
    wait, pause = flag("wait_for_completion", args, scope), args.take("poke_interval")
    found = {name: states(f"{name}_states", args, scope) for name in ("allowed", "failed")}
    nothing_fails = scope.task.args.get("failed_states") == Literal([])
    if not wait:
        return {}
    given: dict[str, str | None] = {"wait": "True"}
    given["poke_interval"] = None if pause is None else duration("poke_interval", pause, scope)
    given |= {name: repr(value) for name, value in found.items() if value}
    return given | ({"failed": "()"} if nothing_fails else {})
