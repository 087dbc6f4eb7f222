"""Operators and sensors made by calling their class."""

import re
from functools import lru_cache

from migrator.scan.evaluator.classes import Member
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Bound, Call, External, Opaque, Partial, UserFunction
from migrator.scan.world import DagState, GroupState, TaskState

OPERATOR = re.compile(r"\.(operators|sensors|transfers|notebooks)(\.|$)")
NOT_OPERATORS = frozenset({"PokeReturnValue", "BranchMixIn", "TriggerRule", "XComArg"})
# Old names of a class that Airflow gives under its new one.
RENAMED = {
    "airflow.operators.dummy.DummyOperator": "airflow.operators.empty.EmptyOperator",
    "airflow.operators.dummy_operator.DummyOperator": "airflow.operators.empty.EmptyOperator",
    "airflow.operators.DummyOperator": "airflow.operators.empty.EmptyOperator",
}
# Arguments of every operator in which an XCom makes no edge.
NOT_TEMPLATES = frozenset(["params", "doc", "doc_md", "doc_json", "doc_rst", "doc_yaml", "executor_config"])
PLACING = ("task_id", "dag", "task_group", "default_args")


def is_operator(name: str, kwargs: dict[str, object] | None = None) -> bool:
    """Whether an imported name is an operator class, by where it lives and how it is called."""
    if kwargs is not None and "task_id" in kwargs:
        last = name.rsplit(".", 1)[-1]
        return last[:1].isupper() and last not in NOT_OPERATORS
    return _is_named_as_one(name)


@lru_cache(maxsize=1024)
def _is_named_as_one(name: str) -> bool:
    last = name.rsplit(".", 1)[-1]
    if not last[:1].isupper() or last in NOT_OPERATORS:
        return False
    if last.endswith(("Operator", "OperatorAsync", "Sensor", "SensorAsync", "Transfer")):
        return True
    return name.startswith("airflow.") and bool(OPERATOR.search(name))


def plain_text(value: object) -> str | None:
    """A text, or the text that a member of a `str` enum is."""
    if isinstance(value, str):
        return value
    if isinstance(value, Member) and any(
        isinstance(b, External) and b.name != "enum.Enum" for b in value.of.outside()
    ):
        value = value.value
    return value if isinstance(value, str) else None


def place(run: Interpreter, kwargs: dict[str, object]) -> tuple[DagState | None, GroupState | None]:
    """The DAG and the group that a new task belongs to."""
    given_dag, given_group = kwargs.get("dag"), kwargs.get("task_group")
    if isinstance(given_dag, Opaque):
        return None, None
    dag = given_dag if isinstance(given_dag, DagState) else run.world.current_dag()
    if isinstance(given_group, GroupState):
        return given_group.dag, given_group
    group = run.world.current_group(dag) if dag else None
    return dag, group if group and group.dag is dag else dag.root if dag else None


def defaults(dag: DagState | None, group: GroupState | None, own: object) -> dict[str, object]:
    """The default arguments that reach a task: the DAG's, those of its groups, and its own."""
    chain: list[dict[object, object]] = []
    while group is not None:
        chain.insert(0, group.default_args)
        group = group.parent
    merged: dict[object, object] = dict(dag.default_args) if dag else {}
    for found in [*chain, *([own] if isinstance(own, dict) else [])]:
        merged.update(found)
    return {k: v for k, v in merged.items() if isinstance(k, str)}


def create(
    run: Interpreter, operator: str, call: Call, mapped: bool = False, blank: TaskState | None = None
) -> object:
    """A task of a classic operator; `blank` is one that a class of the scanned folder is making."""
    task_id = plain_text(call.kwargs.get("task_id"))
    dag, group = place(run, call.kwargs)
    if task_id is None:
        return without_id(run, dag, call)
    name = group.child_id(task_id) if group else task_id
    task = blank or TaskState(name, RENAMED.get(operator, operator), call.site, mapped=mapped)
    task.task_id, task.group = name, group
    task.own = set(call.kwargs) - set(PLACING)
    task.args = {**defaults(dag, group, call.kwargs.get("default_args")), **_arguments(call.kwargs)}
    task.nodes = dict(call.nodes)
    function = call.kwargs.get("python_callable")
    task.function = function if isinstance(function, (UserFunction, External)) else None
    task.called = function if isinstance(function, (Bound, Partial)) else None
    return register(run, task, dag, call)


def _arguments(kwargs: dict[str, object]) -> dict[str, object]:
    return {k: v for k, v in kwargs.items() if k not in PLACING}


def without_id(run: Interpreter, dag: DagState | None, call: Call) -> Opaque:
    """A task whose id is not known: neither is the task set, then."""
    given = call.kwargs.get("task_id")
    why = given.why if isinstance(given, Opaque) else call.unknown or "it is not given"
    if dag is not None and run.doubts:
        run.world.check_doubt(run, dag)
    elif dag is not None:
        run.world.doubtful(run, dag, "SC009", f"a task whose id cannot be worked out: {why}", call.site)
    else:
        run.report("SC009", f"a task whose id cannot be worked out: {why}", call.site)
    return run.opaque("a task whose id is not known", call.site, wild=True)


def register(run: Interpreter, task: TaskState, dag: DagState | None, call: Call) -> TaskState:
    """Puts a new task into its DAG and group, and draws the edges that its arguments make."""
    from migrator.scan.edges import follow

    if call.unknown:
        run.report("SC015", call.unknown, call.site, dag.dag_id if dag else None, task.task_id)
    task.turns = run.turns
    if task.group is not None:
        task.group.children.append(task)
    if dag is not None:
        dag.add(run, task, call.site)
        run.world.made_at(run, dag, call.site)
        if task.dag is not dag and task.group is not None:
            task.group.children.remove(task)
    if task.base_init is None:  # the class of the scanned folder says itself where XComs count
        follow(run, task, _templated(task), call.site)
    run.world.homeless.append(task)
    subdag = task.args.get("subdag")
    if isinstance(subdag, DagState):
        run.world.registers(subdag)
    elif subdag is not None:
        dag_id = dag.dag_id if dag else None
        run.report(
            "SC050", "Airflow loads the subdag as well; it is not known here", call.site, dag_id, task.task_id
        )
    run.world.setups.note(task)
    return task


def _templated(task: TaskState) -> list[object]:
    """The arguments in which Airflow looks for XComs."""
    named = [
        v
        for k, v in task.args.items()
        if k not in NOT_TEMPLATES and (task.templates is None or k in task.templates or k in task.expand)
    ]
    return [*named, *task.positional, *task.keywords.values()]
