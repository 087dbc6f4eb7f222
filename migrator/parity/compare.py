"""Did two runs do the same? Two run records, task by task; nothing here knows how they were made.

Stated policies: a return value of None and no return value are the same, as Airflow keeps neither; so are a pushed
None and nothing under that key, as a pull gives None for both; tries
count where both sides ran the task to its end; what Airflow pushes for its own use is not compared.
"""

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from migrator.manifest import DagEntry
from migrator.parity import files, promises, values
from migrator.parity.record import Artifact, Json, Opaque, Record, TaskRecord
from migrator.parity.result import Item, Result, TaskResult
from migrator.parity.tolerance import Tolerance
from migrator.parity.verdict import DIFFERENT, EQUAL, EXTRA, LEFT_OUT, MISSING, NOT_COMPARABLE, How, Outcome

RETURN = "return_value"
RAN = ("success", "failed")
WORST = ("failed", "upstream_failed", "removed", "skipped", "success")  # of the instances of a mapped task

# What Airflow pushes for its own use: which tasks a branch skips, lineage, links to other runs.
OWN_KEYS = frozenset({"skipmixin_key", "pipeline_outlets", "pipeline_inlets", "trigger_run_id"})
OWN_PREFIXES = ("_link_", "trigger_execution_date", "trigger_logical_date")
BRANCHES = (
    "Branch",
    "ShortCircuit",
    "LatestOnly",
)  # in the class names of operators that choose what follows

NAMES = ("Airflow", "Dagster")


@dataclass(frozen=True)
class Rules:
    """What people and the manifest say about the comparison of a DAG. `left_out`: why, by task id."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore_columns: frozenset[str] = frozenset()
    tolerance: Mapping[str, float | Tolerance] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, str] = NAMES
    rename: Mapping[str, str] = field(default_factory=dict)
    ordered: bool = False
    entry: DagEntry | None = None  # what the DAG has become

    def how(self, key: tuple[str, ...]) -> How:
        """How one value is compared."""
        return How(
            key,
            self.ignore_columns,
            self.tolerance,
            names=self.names,
            rename=self.rename,
            ordered=self.ordered,
        )

    def key_of_output(self, name: str) -> tuple[str, ...]:
        """The key columns of the first glob that a file name matches."""
        return next((key for glob, key in self.keys.items() if fnmatch.fnmatchcase(name, glob)), ())


def compare(left: Record, right: Record, rules: Rules) -> Result:
    """The result for two records of the same DAG and interval."""
    one, two = _by_task(left.tasks), _by_task(right.tasks)
    one, two = _gathered(one, two), _gathered(two, one)
    places = sorted((one.keys() | two.keys()), key=lambda place: (place[0], place[1]))
    promised = promises.items(left, right, rules.entry, rules.names)
    tasks = [
        _with_more(_task(place, one.get(place), two.get(place), rules), promised.pop(place[0], []))
        for place in places
        if place[0] not in rules.left_out
    ]
    outputs = [_output(name, left, right, rules) for name in sorted({*left.outputs, *right.outputs})]
    versions = {record.side: record.system for record in (right, left)}
    return Result(
        dag_id=left.dag_id,
        interval=left.interval or right.interval,
        airflow=versions.get("airflow"),
        dagster=versions.get("dagster"),
        states=(left.state, right.state),
        tasks=tuple(tasks),
        items=(_plain("state of the run", left.state, right.state), *outputs),
        left_out=dict(rules.left_out),
    )


def _with_more(task: TaskResult, more: list[Item]) -> TaskResult:
    return replace(task, items=(*task.items, *more)) if more else task


Place = tuple[str, int]


def _by_task(tasks: Iterable[TaskRecord]) -> dict[Place, TaskRecord]:
    return {(task.task_id, task.map_index): task for task in tasks}


def _gathered(tasks: dict[Place, TaskRecord], others: dict[Place, TaskRecord]) -> dict[Place, TaskRecord]:
    """Mapped instances as one, where the other side has one step for all: values become a list."""
    whole = {task_id for task_id, index in others if index == -1}
    mapped = {
        task_id for task_id, index in tasks if index >= 0 and task_id in whole and (task_id, -1) not in tasks
    }
    found = {place: task for place, task in tasks.items() if place[0] not in mapped}
    for task_id in mapped:
        instances = [task for _, task in sorted(tasks.items()) if task.task_id == task_id]
        found[task_id, -1] = _one(task_id, instances)
    return found


def _one(task_id: str, instances: list[TaskRecord]) -> TaskRecord:
    states = {task.state for task in instances}
    state = next((state for state in WORST if state in states), None)
    pushed = [_pushed(task) for task in instances]
    keys = sorted({key for found in pushed for key in found if key == RETURN or not _repeated(key, found)})
    xcoms = {key: _listed([found[key] for found in pushed if key in found]) for key in keys}
    return TaskRecord(task_id, -1, state, max((task.tries or 0 for task in instances), default=None), xcoms)


def _listed(kept: list[Artifact]) -> Artifact:
    """The values of the instances as one; where one of them is no JSON, nobody can say what the list holds."""
    plain = [value.value for value in kept if isinstance(value, Json)]
    kinds = ", ".join(sorted({values.kind(value) for value in kept}))
    return Json(plain) if len(plain) == len(kept) else Opaque("builtins.list", f"<{len(kept)} of {kinds}>")


def _task(place: Place, left: TaskRecord | None, right: TaskRecord | None, rules: Rules) -> TaskResult:
    states = (left.state if left else None, right.state if right else None)
    if left is None or right is None:
        lacking, verdict = (rules.names[1], MISSING) if left else (rules.names[0], EXTRA)
        return TaskResult(*place, states, (Item("task", Outcome(verdict, f"{lacking} has no such task")),))
    items = [_plain("state", left.state, right.state)]
    if left.state in RAN and right.state in RAN:
        items.append(_plain("tries", left.tries, right.tries))
    return TaskResult(*place, states, (*items, *_xcoms(left, right, rules)))


def _plain(name: str, left: object, right: object) -> Item:
    return Item(name, Outcome(EQUAL, f"{left}") if left == right else Outcome(DIFFERENT, f"{left} | {right}"))


def _xcoms(left: TaskRecord, right: TaskRecord, rules: Rules) -> list[Item]:
    one, two = _pushed(left), _pushed(right)
    how = rules.how(rules.keys.get(left.task_id, ()))
    branch = any(_is_branch(task) for task in (left, right))
    items = []
    for key in sorted(one.keys() | two.keys()):
        if key != RETURN and (_repeated(key, one) or _repeated(key, two)) and not (key in one and key in two):
            continue  # multiple_outputs pushes each entry of the returned dictionary once more
        items.append(Item(key, _xcom(key, one.get(key), two.get(key), how, branch)))
    return items


def _is_branch(task: TaskRecord) -> bool:
    """By what it inherits, as Airflow says, or by the name of its class."""
    return task.chooses or any(word in (task.operator or "") for word in BRANCHES)


def _pushed(task: TaskRecord) -> dict[str, Artifact]:
    kept = {k: v for k, v in task.xcoms.items() if k not in OWN_KEYS and not k.startswith(OWN_PREFIXES)}
    return {k: v for k, v in kept.items() if k != RETURN or v != Json(None)}


def _repeated(key: str, pushed: Mapping[str, Artifact]) -> bool:
    whole, part = pushed.get(RETURN), pushed.get(key)
    if not isinstance(whole, Json) or not isinstance(part, Json) or not isinstance(whole.value, dict):
        return False
    return key in whole.value and values.exact(whole.value[key], part.value)


def _xcom(key: str, left: Artifact | None, right: Artifact | None, how: How, branch: bool) -> Outcome:
    if left is not None and right is not None:
        return values.compare(left, right, how)
    if branch and key == RETURN:
        return Outcome(
            LEFT_OUT,
            "only one side keeps what a branch returned (Airflow 3 does not); states show the choice",
        )
    alone = left if left is not None else right
    if isinstance(alone, Json) and alone.value is None:
        return Outcome(EQUAL, "None on one side, nothing on the other: a pull gives None for both")
    if left is not None:
        return Outcome(MISSING, f"{how.names[1]} has no value; {how.names[0]} has a {values.kind(left)}")
    assert right is not None
    return Outcome(EXTRA, f"{how.names[0]} has no value; {how.names[1]} has a {values.kind(right)}")


def _output(name: str, left: Record, right: Record, rules: Rules) -> Item:
    if name not in right.outputs:
        return Item(name, Outcome(MISSING, f"{rules.names[1]} did not write it"))
    if name not in left.outputs:
        return Item(name, Outcome(EXTRA, f"{rules.names[0]} did not write it"))
    try:
        return Item(
            name, files.compare(left.output(name), right.output(name), rules.how(rules.key_of_output(name)))
        )
    except OSError as error:
        return Item(name, Outcome(NOT_COMPARABLE, f"cannot be read: {error}"))
