"""Does a side do the same as itself? What differs between two runs of one side says nothing about the other.

Each such item is `nondeterministic` in the result: not a difference between the systems, and never a pass, even where
both sides happened to agree.
"""

from dataclasses import replace

from migrator.parity.compare import Rules, compare
from migrator.parity.record import Record
from migrator.parity.result import Item, Result, TaskResult
from migrator.parity.verdict import LEFT_OUT, NONDETERMINISTIC, Outcome

WHOLE = "task"  # the item of a task that only one of two runs has
Place = tuple[str, int]
Unsteady = dict[tuple[Place, str], str]  # what differs from itself, and how
RUN: Place = ("", -1)


def judge(result: Result, left: tuple[Record, Record], right: tuple[Record, Record], rules: Rules) -> Result:
    """The result, in which what differs from itself on a side is told apart."""
    found: Unsteady = {}
    for name, runs in zip(rules.names, (left, right), strict=True):
        for what, detail in _unsteady(runs, rules).items():
            told = f"two runs of {name} differ" + (f": {detail}" if detail else "")
            found[what] = f"{found[what]}; {told}" if what in found else told
    if not found:
        return result
    places = {(task.task_id, task.map_index) for task in result.tasks}
    here: dict[Place, dict[str, str]] = {}
    for (place, name), detail in found.items():
        here.setdefault(_as_compared(place, places), {}).setdefault(name, detail)
    tasks = [_marked(task, here.pop((task.task_id, task.map_index), {})) for task in result.tasks]
    items = _items(result.items, here.pop(RUN, {}))
    alone = [TaskResult(*place, (None, None), _items((), names)) for place, names in sorted(here.items())]
    every = sorted([*tasks, *alone], key=lambda task: (task.task_id, task.map_index))
    return replace(result, items=items, tasks=tuple(every))


def _unsteady(runs: tuple[Record, Record], rules: Rules) -> Unsteady:
    """What does not pass when the two runs of a side are compared by the same rules."""
    own = compare(*runs, replace(rules, names=("the first run", "the second run")))
    places = [(RUN, own.items), *(((task.task_id, task.map_index), task.items) for task in own.tasks)]
    return {
        (place, item.name): item.outcome.detail
        for place, items in places
        for item in items
        if not item.outcome.passes
    }


def _as_compared(place: Place, places: set[Place]) -> Place:
    """An instance of a mapped task is the task, where the two sides were compared so."""
    whole = (place[0], -1)
    return whole if place not in places and place != RUN and whole in places else place


def _marked(task: TaskResult, unsteady: dict[str, str]) -> TaskResult:
    return replace(task, items=_items(task.items, unsteady)) if unsteady else task


def _items(items: tuple[Item, ...], unsteady: dict[str, str]) -> tuple[Item, ...]:
    """Where the whole task comes and goes, so does all that it has; likewise where the sides differ in having it."""
    all_of_it = unsteady.get(WHOLE) or (
        next(iter(unsteady.values()), None) if any(item.name == WHOLE for item in items) else None
    )
    marked = [_item(item, unsteady.get(item.name) or all_of_it) for item in items]
    names = {item.name for item in items}
    more = [
        Item(name, Outcome(NONDETERMINISTIC, detail))
        for name, detail in sorted(unsteady.items())
        if name not in names and not (name == WHOLE and items)
    ]
    return (*marked, *more)


def _item(item: Item, detail: str | None) -> Item:
    if detail is None or item.outcome.verdict == LEFT_OUT:
        return item
    return Item(item.name, Outcome(NONDETERMINISTIC, detail))
