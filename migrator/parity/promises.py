"""What holds for each run, also where a run that went well does not show it: what waits for what, and retries.

A step that no longer waits for another has luck, until a slow day; one that lost its retries, until the first failure.
More than Airflow has is no difference: a step may wait for more, and be tried more often.
"""

from collections.abc import Iterable

from migrator.manifest import DagEntry
from migrator.parity.record import Record, TaskRecord
from migrator.parity.result import Item
from migrator.parity.verdict import DIFFERENT, Outcome
from migrator.verify import same_graph

ORDER, RETRIES = "order", "retries"


def items(
    left: Record, right: Record, entry: DagEntry | None, names: tuple[str, str]
) -> dict[str, list[Item]]:
    """By task, what Airflow has and Dagster lost. Nothing where one of the records does not tell."""
    tasks = {task.task_id: task for task in left.tasks if task.retries is not None}
    if entry is None or not tasks or not right.graph or entry.job not in right.graph.get("jobs", {}):
        return {}
    upstream = {task_id: frozenset(task.upstream) for task_id, task in tasks.items()}
    lost = same_graph.not_waited_for(upstream, entry, right.graph)
    tries = same_graph.retries_of(entry, right.graph)
    return {
        task_id: found
        for task_id, task in tasks.items()
        if (found := [*_order(lost.get(task_id, ()), names), *_retries(task, tries.get(task_id))])
    }


def _order(lost: Iterable[str], names: tuple[str, str]) -> list[Item]:
    before = ", ".join(sorted(lost))
    if not before:
        return []
    said = f"{names[0]} starts it after {before}; in {names[1]} nothing makes it wait"
    return [Item(ORDER, Outcome(DIFFERENT, said))]


def _retries(task: TaskRecord, there: int | None) -> list[Item]:
    if there is None or task.retries is None or there >= task.retries:
        return []
    return [Item(RETRIES, Outcome(DIFFERENT, f"{task.retries} | {there}"))]
