"""Which other DAGs a DAG waits for or starts."""

from collections.abc import Iterator

from migrator.inventory.model import Link, shown
from migrator.ir import Dag, Literal, Task, Value

WAITS, TRIGGERS = "waits_for", "triggers"
ARGUMENTS = {"external_dag_id": WAITS, "trigger_dag_id": TRIGGERS}
CLASSES = {"ExternalTaskSensor": "external_dag_id", "TriggerDagRunOperator": "trigger_dag_id"}
MARKER = "ExternalTaskMarker"  # says what another DAG's sensor waits for, and does nothing by itself


def links_of(dag: Dag) -> list[Link]:
    """One link for each other DAG that a task names, in the order of the tasks."""
    return [link for task in dag.tasks for link in _of_task(task)]


def _of_task(task: Task) -> Iterator[Link]:
    name = _argument(task)
    if name is None:
        return
    found = _ids(task.args.get(name), mapped=name in task.expand)
    for dag_id in dict.fromkeys(found):
        yield Link(ARGUMENTS[name], dag_id, task.task_id, task.origin.line)


def _argument(task: Task) -> str | None:
    """The argument that names the other DAG: of Airflow's own classes, or given to a class derived from them."""
    if task.operator_class.endswith(MARKER) or task.taskflow:
        return None
    for ending, name in CLASSES.items():
        if task.operator_class.removesuffix("Async").endswith(ending):
            return name
    return next((name for name in ARGUMENTS if name in task.own), None)


def _ids(value: Value | None, *, mapped: bool) -> Iterator[str | None]:
    plain = value.value if isinstance(value, Literal) else None
    if mapped and isinstance(plain, (list, tuple)) and plain:
        yield from (shown(item) if isinstance(item, str) else None for item in plain)
    else:
        yield shown(plain) if isinstance(plain, str) else None
