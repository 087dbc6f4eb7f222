"""What a DAG loses when it runs unchanged under Dagster, as findings. One row per loss."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from migrator.convert.outlets import updated
from migrator.findings import Finding
from migrator.ir import Dag, Literal, Task, Template, Value, constant, walk
from migrator.ir.outcomes import PASS_ON, tolerated

INTERPRETER, IN_PROCESS = "interpreter", "in-process"
BOTH = (INTERPRETER, IN_PROCESS)

EARLY = frozenset({"one_success", "one_failed", "one_done"})  # Airflow need not wait for all tasks before
PLACES = ("queue", "executor", "executor_config", "run_as_user", "resources")
CALLBACKS = (
    "on_success_callback",
    "on_failure_callback",
    "on_retry_callback",
    "on_execute_callback",
    "on_skipped_callback",
)
OTHER_DAGS = ("TriggerDagRunOperator", "ExternalTaskSensor", "ExternalTaskMarker", "ExternalDagSensor")

Told = Iterator[tuple[str, Task | None]]


@dataclass(frozen=True)
class Loss:
    """`find` yields a message for each place, with the task where it is about one."""

    code: str
    modes: tuple[str, ...]
    find: Callable[[Dag], Told]


def find(dag: Dag, mode: str) -> list[Finding]:
    """All losses of one DAG in a mode, as findings."""
    return [
        Finding(loss.code, text, (task or dag).origin, dag.dag_id, task.task_id if task else None)
        for loss in LOSSES
        if mode in loss.modes
        for text, task in loss.find(dag)
    ]


def _given(values: Mapping[str, Value], name: str) -> bool:
    """Whether an argument was given, and not as None, False or nothing."""
    value = values.get(name)
    return value is not None and not (isinstance(value, Literal) and not value.value)


def _catchup(dag: Dag) -> Told:
    if dag.catchup:
        yield "catchup=True: the schedule starts now, older runs are a backfill of the job", None


def _active_runs(dag: Dag) -> Told:
    limit = constant(dag.args.get("max_active_runs"))
    if isinstance(limit, int):
        yield f"max_active_runs={limit} is not kept", None


def _timeouts(dag: Dag) -> Told:
    limit = constant(dag.args.get("dagrun_timeout"))
    if isinstance(limit, timedelta):
        yield f"dagrun_timeout of {limit.total_seconds():g} s is not kept", None
    elif _given(dag.args, "dagrun_timeout"):
        yield "dagrun_timeout is not kept", None


def _sla(dag: Dag) -> Told:
    yield from ((f"sla of {t.task_id} is not watched", t) for t in dag.tasks if _given(t.args, "sla"))


def _past(dag: Dag) -> Told:
    for task in dag.tasks:
        for name in ("depends_on_past", "wait_for_downstream"):
            if _given(task.args, name):
                yield f"{name}: no run knows the one before it, so it runs as if that had succeeded", task


def _early_rules(dag: Dag) -> Told:
    for task in dag.tasks:
        if task.trigger_rule in EARLY and len(task.upstream) > 1:
            yield f"{task.trigger_rule}: the op waits for all before it; what it does is the same", task


def _tolerated(dag: Dag) -> Told:
    mild = tolerated(dag)
    for task in dag.tasks:
        if task.task_id in mild:
            yield (
                "when this task fails, the run may succeed: its op is green then, with the error in its log",
                task,
            )


def _unheard_rules(dag: Dag) -> Told:
    for task in dag.tasks:
        if task.trigger_rule not in PASS_ON and task.upstream:
            yield f"{task.trigger_rule}: the op does not start once a task before it has failed", task


def _skips(dag: Dag) -> Told:
    for task in dag.tasks:
        if any(word in task.operator_class for word in ("Branch", "ShortCircuit", "LatestOnly")):
            yield "tasks that this one skips are shown as success", task


def _pools(dag: Dag) -> Told:
    for task in dag.tasks:
        if task.pool != "default_pool":
            yield f"pool {task.pool!r} limits nothing", task


def _places(dag: Dag) -> Told:
    for task in dag.tasks:
        for name in PLACES:
            if _given(task.args, name) and constant(task.args[name]) != "default":
                yield f"{name}: the task runs where the Dagster step runs", task


def _waiting(dag: Dag) -> Told:
    for task in dag.tasks:
        if _given(task.args, "deferrable") or constant(task.args.get("mode")) == "reschedule":
            yield "holds a process while it waits", task


def _deferrable(dag: Dag) -> Told:
    for task in dag.tasks:
        if _given(task.args, "deferrable") or task.operator_class.endswith("Async"):
            yield "a task that defers fails: nothing runs its trigger", task


def _other_dags(dag: Dag) -> Told:
    for task in dag.tasks:
        if task.operator_class in OTHER_DAGS:
            yield f"{task.operator_class}: no run of another DAG is visible, and none is started", task


def _unknown_outlets(dag: Dag) -> Told:
    for task in dag.tasks:
        found = updated(task)
        if found is None:
            yield "its outlets are not known, so they start no other DAG", task
        elif names := [one.name for one in found if one.alias]:
            yield (
                f"what it adds to {', '.join(names)} is not told to Dagster, so it starts no other DAG",
                task,
            )


def _outlets(dag: Dag) -> Told:
    for task in dag.tasks:
        if _given(task.args, "outlets"):
            yield "its outlets are not told to Dagster, so they start no other DAG", task


def _xcoms(dag: Dag) -> Told:
    if any(task.data_upstream for task in dag.tasks):
        yield "XComs pass between the tasks of a run, and Dagster does not see them", None


def _stored_settings(dag: Dag) -> Told:
    names = sorted({name for task in dag.tasks for name in _connections(task)})
    if names:
        yield f"connections {', '.join(names)}: set AIRFLOW_CONN_*, Airflow's database is not opened", None
    if any(_reads_variable(v) for task in dag.tasks for v in task.args.values()):
        yield "templates read Variables: set AIRFLOW_VAR_*, Airflow's database is not opened", None


def _connections(task: Task) -> Iterator[str]:
    for name, value in task.args.items():
        if name.endswith("conn_id") and isinstance(constant(value), str):
            yield str(constant(value))


def _reads_variable(value: Value) -> bool:
    return any(isinstance(v, Template) and ("var." in v.source or "conn." in v.source) for v in walk(value))


def _callbacks(dag: Dag) -> Told:
    named = [name for name in (*CALLBACKS, "sla_miss_callback") if _given(dag.args, name)]
    if named:
        yield f"{', '.join(named)} of the DAG: not called", None


def _partial(dag: Dag) -> Told:
    if dag.partial:
        yield f"the tasks are not all known ({dag.partial}): give --airflow-python", None


LOSSES = (
    Loss("TM082", BOTH, _catchup),
    Loss("TM086", BOTH, _sla),
    Loss("TM087", BOTH, _active_runs),
    Loss("TM088", BOTH, _past),
    Loss("TM089", BOTH, _timeouts),
    Loss("CF080", (INTERPRETER,), _early_rules),
    Loss("CF081", (INTERPRETER,), _tolerated),
    Loss("CF082", (IN_PROCESS,), _unheard_rules),
    Loss("CF083", (IN_PROCESS,), _skips),
    Loss("OP080", BOTH, _waiting),
    Loss("OP081", BOTH, _other_dags),
    Loss("OP082", (IN_PROCESS,), _deferrable),
    Loss("DP080", (IN_PROCESS,), _xcoms),
    Loss("DP081", (INTERPRETER,), _unknown_outlets),
    Loss("DP081", (IN_PROCESS,), _outlets),
    Loss("EN081", BOTH, _stored_settings),
    Loss("EN082", BOTH, _pools),
    Loss("EN083", (IN_PROCESS,), _callbacks),
    Loss("EN084", BOTH, _places),
    Loss("SC080", BOTH, _partial),
)
