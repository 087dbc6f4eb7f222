"""An unchanged DAG as text: the call of `airflow_dag` that makes its job."""

from migrator.convert.outlets import outlets
from migrator.ir import Dag, Literal, Task, Value
from migrator.ir.outcomes import in_order, tolerated
from migrator.phase_one.timing import Start, start

# The formatter drops what is not used.
IMPORT = "from .._airflow import Task, airflow_dag, all_of, any_of, members_of"


def render(dag: Dag, *, name: str | None = None, airflow: str | None = None) -> str:
    """The call, to be formatted, for a module that has IMPORT. `name` is the job's where it isn't the DAG id.

    `airflow` is the version that runs the DAG; None where it is not known.
    """
    return call(dag, name or dag.dag_id, start(dag, airflow))


def call(dag: Dag, name: str, when: Start) -> str:
    """As `render`, with the schedule worked out."""
    arguments: dict[str, object] = {"file": dag.origin.file}
    if name != dag.dag_id:
        arguments["name"] = name
    if dag.description:
        arguments["description"] = dag.description
    given = [repr(dag.dag_id), *_keywords(arguments), f"tasks={_tasks(dag)}"]
    if dag.tags:
        given += _keywords({"tags": sorted(dag.tags)})
    return f"airflow_dag({', '.join([*given, *_keywords(when.arguments)])},)"


def _tasks(dag: Dag) -> str:
    """In an order that reads as the DAG runs."""
    mild = tolerated(dag)
    lines = [f"{task.task_id!r}: {_task(task, task.task_id in mild)}" for task in in_order(dag)]
    return "{" + "".join(f"{line}, " for line in lines) + "}"


def _task(task: Task, mild: bool) -> str:
    given: dict[str, object] = {}
    if task.upstream:
        given["upstream"] = sorted(task.upstream)
    if task.trigger_rule != "all_success":
        given["trigger_rule"] = task.trigger_rule
    if task.retries:
        given["retries"] = task.retries
        if task.retry_delay != 300:
            given["retry_delay"] = Number(task.retry_delay)
        if _true(task.args.get("retry_exponential_backoff")):
            given["exponential"] = True
    if task.mapped:
        given["mapped"] = True
    if mild:
        given["tolerated"] = True
    if updated := outlets(task):
        given["updates"] = list(updated)
    return f"Task({', '.join(_keywords(given))})"


def _true(value: Value | None) -> bool:
    return isinstance(value, Literal) and bool(value.value)


class Number(float):
    """Shown as a person writes it: 60, not 60.0."""

    def __repr__(self) -> str:
        return f"{self:g}" if self.is_integer() and self < 1e6 else super().__repr__()


def _keywords(arguments: dict[str, object]) -> list[str]:
    return [f"{name}={value!r}" for name, value in arguments.items()]
