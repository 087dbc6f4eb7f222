"""ExternalTaskSensor becomes a step that looks for a run of the other DAG's job: about the same date, or another."""

import ast
from typing import TYPE_CHECKING

from migrator.convert import other_dag
from migrator.convert.context import moment
from migrator.convert.datetimes import enough
from migrator.convert.naming import variable
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.states import states
from migrator.convert.waiting import duration, flag, fresh, waits
from migrator.ir import Literal, Value, constant

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="a task in another DAG's run of the same date",
        before='ExternalTaskSensor(task_id="say", external_dag_id="orders", external_task_id="load", timeout=600)',
        after="orders = OtherJob(context, dag_id='orders', task_ids=['load'])\n"
        "wait_until(lambda: orders.ended(context.partition_time_window.start), timeout=600)",
        findings=("OP050", "CF055"),
    ),
    Example(
        name="the whole run of an hour before, which may fail",
        before='ExternalTaskSensor(task_id="say", external_dag_id="orders", execution_delta=timedelta(hours=1), '
        'failed_states=["failed"], soft_fail=True)',
        after="orders = OtherJob(context, dag_id='orders')\n"
        "yield from wait_or_skip(lambda: orders.ended(context.partition_time_window.start - timedelta(hours=1), "
        "failed=['failed'], soft_fail=True))",
        findings=("OP050", "CF055"),
    ),
    Example(
        name="the runs of dates that a function gives",
        before='ExternalTaskSensor(task_id="say", external_dag_id="orders", external_task_group_id="loads", '
        "execution_date_fn=lambda date: [date - timedelta(days=n) for n in range(7)])",
        after="orders = OtherJob(context, dag_id='orders', group_id='loads')\n"
        "dates = (lambda date: [date - timedelta(days=n) for n in range(7)])(context.partition_time_window.start)\n"
        "wait_until(lambda: orders.ended(dates))",
        findings=("OP050", "CF055"),
    ),
    Example(
        name="skipped with what it waits for",
        before='ExternalTaskSensor(task_id="say", external_dag_id="orders", external_task_ids=["load"], '
        'skipped_states=["skipped"])',
        after="orders = OtherJob(context, dag_id='orders', task_ids=['load'])\n"
        "yield from wait_or_skip(lambda: orders.ended(context.partition_time_window.start, skipped=['skipped']), "
        "soft_fail=False)",
        findings=("OP050", "CF055"),
    ),
    Example(
        name="a DAG that only the run knows",
        before='ExternalTaskSensor(task_id="say", external_dag_id="{{ params.other }}", external_task_id="load")',
        after="",
        findings=("CF086",),
    ),
]
INSIDE = ast.BinOp | ast.List | ast.Tuple | ast.ListComp | ast.IfExp | ast.Starred


@translates(
    "airflow.sensors.external_task.ExternalTaskSensor",
    "airflow.sensors.external_task_sensor.ExternalTaskSensor",
    "airflow.providers.standard.sensors.external_task.ExternalTaskSensor",
)
def external_task_sensor(args: Args, scope: "Scope") -> Fragment | None:
    """`check_existence` is answered when the DAG is converted: a step whose DAG is not there fails."""
    other = _other(args, scope)
    deferred = constant(scope.task.args.get("deferrable")) is True
    given = {name: states(f"{name}_states", args, scope) for name in ("allowed", "failed", "skipped")}
    flag("check_existence", args, scope)
    if deferred and not scope.timing.airflow3 and (given["failed"] or given["skipped"]):
        scope.refuse("CF086", "deferred, Airflow 2 does not mind its failed_states and skipped_states")
    lines: list[str] = []
    dates = _dates(args, scope, lines)
    if other is None or dates is None:
        return waits("None", args, scope, for_ever=True)
    name = fresh(variable(str(constant(scope.task.args["external_dag_id"]))), scope)
    rest = "".join(f", {key}={value!r}" for key, value in given.items() if value)
    if given["failed"] and constant(scope.task.args.get("soft_fail")) is True:
        rest += ", soft_fail=True"
    scope.body.context = scope.body.dated = True
    scope.body.imports.add(other_dag.IMPORT)
    look, skipping = f"lambda: {name}.ended({dates}{rest})", bool(given["skipped"])
    made = waits(look, args, scope, before=[f"{name} = {other}", *lines], for_ever=True, skipping=skipping)
    scope.note("CF055", f"waits for a run of {constant(scope.task.args['external_dag_id'])}")
    return made


def _other(args: Args, scope: "Scope") -> str | None:
    dag_id, group = args.take("external_dag_id"), args.take("external_task_group_id")
    ids = _ids(args.take("external_task_id")), _ids(args.take("external_task_ids"))
    name, group_id = constant(dag_id), constant(group)
    known = isinstance(name, str) and None not in ids and (group is None or isinstance(group_id, str | None))
    if not known or not isinstance(name, str):
        scope.refuse("CF086", "which DAG or tasks it waits for is only known in a run")
        return None
    found = [task_id for each in ids for task_id in each or ()]
    return other_dag.call(name, task_ids=found, group_id=group_id if isinstance(group_id, str) else None)


def _ids(value: Value | None) -> list[str] | None:
    """Of tasks; None if they are not constants."""
    if value is None or value == Literal(None):
        return []
    given = constant(value)
    items = [given] if isinstance(given, str) else given
    if not isinstance(items, (list, tuple, set, frozenset)) or not all(isinstance(i, str) for i in items):
        return None
    return sorted(items) if isinstance(items, (set, frozenset)) else list(items)


def _dates(args: Args, scope: "Scope", lines: list[str]) -> str | None:
    """The expression for the date or the dates of the run; a function is called once, in a line more."""
    delta, function = args.take("execution_delta"), args.take("execution_date_fn")
    date = scope.body.use(moment("logical_date", scope.timing))
    if function is not None and function != Literal(None):
        called = _called(scope, date)
        if called is None:
            return None
        dates = fresh("dates", scope)
        lines.append(f"{dates} = {called}")
        return dates
    if delta is None or not constant(delta, True):
        return date
    text = duration("execution_delta", delta, scope)
    if text is not None and text.replace(".", "").isdigit():
        scope.body.imports.add("from datetime import timedelta")
        text = f"timedelta(seconds={text})"
    return text and f"{date} - {text}"


def _called(scope: "Scope", date: str) -> str | None:
    """`execution_date_fn` with the date, which Airflow gives as a pendulum datetime."""
    node = scope.node_of("execution_date_fn")
    function = _definition(scope, node)
    if node is None or function is None or not _of_one_parameter(function):
        scope.refuse("CF086", "`execution_date_fn` is not a function of one date in the same file")
        return None
    scope.taken.update(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
    if not _plain(function):
        scope.body.imports.add("import pendulum")
        date = f"pendulum.instance({date})"
    text = scope.source.segment(node)
    return f"({text})({date})" if isinstance(node, ast.Lambda) else f"{text}({date})"


def _definition(scope: "Scope", node: ast.expr | None) -> ast.FunctionDef | ast.Lambda | None:
    if isinstance(node, ast.Lambda):
        return node
    if not isinstance(node, ast.Name):
        return None
    found = [
        f for f in scope.source.functions.values() if isinstance(f, ast.FunctionDef) and f.name == node.id
    ]
    return found[0] if len(found) == 1 else None


def _of_one_parameter(function: ast.FunctionDef | ast.Lambda) -> bool:
    """Beside `**context`, if it does not look at that."""
    given = function.args
    read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    unread = given.kwarg is None or given.kwarg.arg not in read
    return (
        len([*given.posonlyargs, *given.args]) == 1 and unread and not given.vararg and not given.kwonlyargs
    )


def _plain(function: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether a usual datetime does: what is returned is only compared with the dates of runs."""
    name = [*function.args.posonlyargs, *function.args.args][0].arg
    parents = {id(child): node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}

    def returned(node: ast.AST) -> bool:
        parent = parents.get(id(node))
        while isinstance(parent, INSIDE):
            node, parent = parent, parents.get(id(parent))
        return isinstance(parent, ast.Return) or parent is function

    uses = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name]
    return all(returned(use) or enough(use, parents) for use in uses)
