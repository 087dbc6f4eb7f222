"""SubDagOperator becomes a step that runs the job of the sub-DAG for its own date, and ends as that does."""

from typing import TYPE_CHECKING

from migrator.convert import other_dag
from migrator.convert.context import moment
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.waiting import duration, flag, tell
from migrator.ir import Literal

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="a sub-DAG",
        before='SubDagOperator(task_id="say", subdag=part())',
        after="OtherJob(context, dag_id='d.say', asks=True).request("
        "date=context.partition_time_window.start, again=True, wait=True)",
        findings=("CF067",),
    ),
    Example(
        name="a look at it each ten seconds",
        before='SubDagOperator(task_id="say", subdag=part(), mode="reschedule", poke_interval=10, '
        'conf={"full": True})',
        after="OtherJob(context, dag_id='d.say', asks=True).request("
        "conf={'full': True}, date=context.partition_time_window.start, again=True, wait=True, poke_interval=10)",
        findings=("OP050", "CF067"),
    ),
    Example(
        name="what its leaves skip is skipped here",
        before='SubDagOperator(task_id="say", subdag=part(), propagate_skipped_state="any_leaf")',
        after="",
        findings=("CF068",),
    ),
]
# How a sensor waits, which makes no difference to how it ends.
WITHOUT_MEANING = ("subdag", "exponential_backoff", "max_wait")
REFUSED = ("propagate_skipped_state", "timeout")


@translates("airflow.operators.subdag.SubDagOperator", "airflow.operators.subdag_operator.SubDagOperator")
def sub_dag(args: Args, scope: "Scope") -> Fragment | None:
    """Its id is that of the DAG with the task's; Airflow takes no other."""
    for name in WITHOUT_MEANING:
        args.take(name)
    if args.take("mode") == Literal("reschedule"):
        tell(scope, False, True)
    for name in REFUSED:
        if args.take(name) not in (None, Literal(None)):
            scope.refuse("CF068", f"`{name}` of a sub-DAG has no native form")
    if flag("soft_fail", args, scope):
        scope.refuse("CF068", "a sub-DAG that fails would be skipped")
    given: dict[str, str | None] = {}
    conf, pause = args.take("conf"), args.take("poke_interval")
    if conf not in (None, Literal(None)):
        given["conf"] = scope.text_of(conf, scope.node_of("conf"))
    given["date"] = scope.body.use(moment("logical_date", scope.timing))
    given |= {"again": "True", "wait": "True"}
    if pause is not None:
        given["poke_interval"] = duration("poke_interval", pause, scope)
    if scope.body.problems:
        return None
    part = f"{scope.dag.dag_id}.{scope.task.task_id}"
    scope.body.context = scope.body.dated = True
    scope.body.imports.add(other_dag.IMPORT)
    again = "; a retry runs all of it again, not only what has failed" if scope.task.retries else ""
    scope.note("CF067", f"runs {part}, a job of its own that a sensor starts: the daemon must run{again}")
    asked = ", ".join(f"{name}={value}" for name, value in given.items())
    return Fragment((f"{other_dag.call(part, asks=True)}.request({asked})",))
