"""Facts about mapping, from the model alone: what a task or the group around it is mapped over, by which names."""

from collections.abc import Mapping

from migrator.convert.source import Definition
from migrator.ir import EXPAND_KWARGS, Dag, Dictionary, Literal, Sequence, Task, Value


def over(task: Task) -> dict[str, Value]:
    """What a task is mapped over, by argument."""
    given = {**task.args, **task.keywords}
    return {name: given[name] for name in task.expand if name in given}


def group_of(dag: Dag, task: Task) -> str | None:
    """The mapped group around a task."""
    parts = (task.group or "").split(".")
    groups = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return next((group for group in groups if group in dag.mapped_groups), None)


def together(dag: Dag, task: Task, other: str) -> bool:
    """Whether a task is in the mapped group that another one is in."""
    own = group_of(dag, task)
    return own is not None and any(t.task_id == other and group_of(dag, t) == own for t in dag.tasks)


def each_of(dag: Dag, task: Task, function: Definition | None = None) -> tuple[str, ...]:
    """The names of the values in an item of a task; none when the item is the value itself."""
    group = group_of(dag, task)
    given = dag.mapped_groups[group] if group else over(task)
    if EXPAND_KWARGS in given:
        return keys(given[EXPAND_KWARGS]) or tuple(_free(task, function))
    return tuple(given) if len(given) > 1 else ()


def keys(value: Value) -> tuple[str, ...]:
    """The names in the dictionaries of a list that the text tells."""
    dicts = value.items if isinstance(value, Sequence) else value.value if isinstance(value, Literal) else ()
    if not isinstance(dicts, (list, tuple)):
        return ()
    found: dict[str, None] = {}
    for item in dicts:
        given = (
            item.items if isinstance(item, Dictionary) else item.value if isinstance(item, Literal) else item
        )
        if not isinstance(given, Mapping):
            return ()
        found |= dict.fromkeys(map(str, given))
    return tuple(found)


def _free(task: Task, function: Definition | None) -> list[str]:
    """The parameters that the task does not give a value."""
    if function is None or not task.taskflow:
        return []
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return [n for n in names if n not in task.keywords]


def place_in_list(dag: Dag, task: Task) -> str:
    """The expression for the place of an item, as Airflow counts; -1 for a task that is not mapped."""
    return "int(context.get_mapping_key())" if task.mapped or group_of(dag, task) else "-1"


def is_whole(dag: Dag, task: Task) -> bool:
    """Whether an item is the value itself, and not one value for each of several names."""
    group = group_of(dag, task)
    given = dag.mapped_groups[group] if group else over(task)
    return len(given) == 1 and EXPAND_KWARGS not in given
