"""What bounds and orders the work of a DAG: timeouts, priorities, how many tasks run at once."""

from collections.abc import Mapping
from datetime import timedelta

from migrator.convert.problem import Problem
from migrator.ir import Code, Dag, Literal, Task, constant

MAX_RUNTIME = "dagster/max_runtime"
PRIORITY = "dagster/priority"
UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60))
RULES = ("downstream", "upstream", "absolute")


def time_limit(task: Task) -> str | None:
    """`time_limit(minutes=5)` for an `execution_timeout` that is known."""
    seconds = _seconds(constant(task.args.get("execution_timeout")))
    return f"time_limit({_length(seconds)})" if seconds else None


def tried_again(task: Task) -> str | None:
    """`tried_again(API_ERRORS, 5)` for a `retry_policy` that the file names."""
    given = task.args.get("retry_policy")
    if not isinstance(given, Code) or given.file or not task.retries:
        return None
    return f"tried_again({given.source}, {task.retries})"


def is_minded(name: str, task: Task) -> bool:
    """Whether a decorator of the step does what an argument says, or there is nothing to do."""
    if name == "retry_policy":
        return not task.retries or tried_again(task) is not None
    return name == "execution_timeout" and time_limit(task) is not None


def max_runtime(dag: Dag) -> int | None:
    """`dagrun_timeout`, in whole seconds."""
    seconds = _seconds(constant(dag.args.get("dagrun_timeout")))
    return max(1, round(seconds)) if seconds else None


def max_tasks(dag: Dag) -> int | None:
    """`max_active_tasks`, which was called `concurrency`."""
    found = constant(dag.args.get("max_active_tasks", dag.args.get("concurrency")))
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else None


def priorities(dag: Dag) -> Mapping[str, int]:
    """What Airflow adds up from weights, by task id; empty where no task says anything, or something is not known."""
    said = {name for task in dag.tasks for name in ("priority_weight", "weight_rule") if name in task.args}
    if not said or unknown_weight(dag):
        return {}
    weights = {task.task_id: _weight(task) for task in dag.tasks}
    totals = {task.task_id: _total(dag, task, weights) for task in dag.tasks}
    return totals if len(set(totals.values())) > 1 else {}


def unknown_weight(dag: Dag) -> bool:
    """Whether a task has a weight or rule of which nobody knows what it makes of the priorities."""
    for task in dag.tasks:
        rule = constant(task.args.get("weight_rule", Literal("downstream")))
        weight = constant(task.args.get("priority_weight", Literal(1)))
        if rule not in RULES or not isinstance(weight, int):
            return True
    return False


def notes(dag: Dag) -> list[Problem]:
    """What is told of the DAG's own limits."""
    found = []
    if max_runtime(dag):
        text = f"`dagrun_timeout` is the tag {MAX_RUNTIME}: switch run monitoring on"
        found.append(Problem("EN049", text))
    elif "dagrun_timeout" in dag.args and constant(dag.args["dagrun_timeout"], ...) is not None:
        found.append(Problem("EN041", "the DAG's `dagrun_timeout` is not known"))
    if limit := max_tasks(dag):
        found.append(
            Problem("EN044", f"no more than {limit} tasks of a run at once; Airflow counts all runs")
        )
    if priorities(dag):
        found.append(Problem("EN049", f"priorities order the steps of one run, by the tag {PRIORITY}"))
    elif unknown_weight(dag):
        text = "no `priority_weight` or `weight_rule` is carried over, as one of them is code of its own"
        found.append(Problem("EN049", text))
    return found


def _weight(task: Task) -> int:
    found = constant(task.args.get("priority_weight", Literal(1)))
    assert isinstance(found, int)
    return found


def _total(dag: Dag, task: Task, weights: Mapping[str, int]) -> int:
    rule = constant(task.args.get("weight_rule", Literal("downstream")))
    if rule == "absolute":
        return weights[task.task_id]
    return weights[task.task_id] + sum(
        weights[t] for t in _reached(dag, task.task_id, down=rule == "downstream")
    )


def _reached(dag: Dag, task_id: str, *, down: bool) -> set[str]:
    found: set[str] = set()
    waiting = [task_id]
    while waiting:
        one = waiting.pop()
        for near in dag.downstream(one) if down else dag.task(one).upstream:
            if near not in found:
                found.add(near)
                waiting.append(near)
    return found


def _seconds(value: object) -> float | None:
    if isinstance(value, timedelta):
        return value.total_seconds() or None
    return None


def _length(seconds: float) -> str:
    for unit, length in UNITS:
        if seconds % length == 0:
            return f"{unit}={int(seconds // length)}"
    return f"seconds={seconds:g}"
