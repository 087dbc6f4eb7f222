"""Which tasks of a DAG become native steps, and which are bridged: their operators run in Airflow, one step each.

What stands against the native form of one task costs that task alone. A bridged task has XComs under every key, so
those before a task are settled first.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Protocol

from migrator.convert.body import Input
from migrator.convert.bridged import Reasons, Wish, bridged, reasons
from migrator.convert.items import group_of
from migrator.convert.problem import Problem
from migrator.convert.source import Source
from migrator.convert.step import Step
from migrator.ir import Dag
from migrator.ir.graph import ancestors
from migrator.ir.outcomes import in_order
from migrator.record import dataclass

LEVELS = ("asset", "job")
NONE_FAILED = frozenset({"none_failed", "none_failed_min_one_success"})


class Choice(Protocol):
    """What the plan says of a DAG, as far as it matters here."""

    @property
    def level(self) -> str | None:
        """asset, job, lift, or no wish."""

    @property
    def tasks(self) -> Mapping[str, Wish]:
        """What it says of the tasks, by id."""


@dataclass(frozen=True)
class Divided:
    """The steps of a DAG. `against`: why it cannot be native as a whole."""

    steps: list[Step]
    against: list[Problem]


def divide(dag: Dag, read: Sequence[Step], plan: Choice, source: Source) -> Divided:
    """The steps that were read, with those that have no native form as bridged ones."""
    against: list[Problem] = []
    why = _why(dag, read, plan, source)
    stays = [problem for found in why.values() for problem in found.stays]
    if stays:
        return Divided(
            list(read), against + [p for found in why.values() for p in (*found.stays, *found.told)]
        )
    told = {task_id: found.told for task_id, found in why.items() if found.bridged}
    if told and plan.level not in LEVELS and all(s.empty or s.task.task_id in told for s in read):
        nothing = Problem("OP063", "none of its tasks would be native: the DAG runs in Airflow as a whole")
        return Divided(list(read), [*against, *(p for problems in told.values() for p in problems), nothing])
    steps = bridged(dag, read, told, source)
    for step in steps:
        if not step.bridged:  # nothing says that it fails, and anything may
            step.notes = (*step.notes, *_lost(dag, step, read, step.body.risked, "DP061"))
    return Divided(steps, against)


def _why(dag: Dag, read: Sequence[Step], plan: Choice, source: Source) -> dict[str, Reasons]:
    """For each task that has a reason."""
    found: dict[str, Reasons] = {}
    native = {s.task.task_id: s for s in read}
    for task in in_order(dag):
        problems, wish = _problems(dag, native[task.task_id], native, read), plan.tasks.get(task.task_id)
        why = reasons(task, problems, wish, source)
        if why.bridged and group_of(dag, task):
            text = "a task of a mapped group cannot run in Airflow by itself"
            why = Reasons(stays=(*why.told, Problem("CF040", text, None, task.task_id)))
        if why != Reasons():
            found[task.task_id] = why
            del native[task.task_id]
    return found


def _problems(dag: Dag, step: Step, native: Mapping[str, Step], read: Sequence[Step]) -> list[Problem]:
    """What stands against the native form of one step beside these others."""
    return [
        *step.problems,
        *_too_early(dag, step),
        *_unpushed(step, native),
        *_left_behind(dag, step, read),
    ]


def _left_behind(dag: Dag, step: Step, read: Sequence[Step]) -> list[Problem]:
    """A native step that fails puts out no values; in Airflow, what it pushed before it failed can be read."""
    return _lost(dag, step, read, step.body.halfway, "DP044")


def _lost(dag: Dag, step: Step, read: Sequence[Step], pushed: Container[str], code: str) -> list[Problem]:
    task_id, wanted = step.task.task_id, {key for key, _ in step.body.pushes if key in pushed}
    for other in read if wanted else ():
        reader = other.task.task_id
        keys = {given.key for given in all_inputs(other) if given.task_id == task_id} & wanted
        unknown = bool(other.problems) and task_id in ancestors(
            dag, reader
        )  # in Airflow it may read anything
        if (keys or unknown) and not _needs(dag, reader, task_id):
            text = f"{reader} may read {min(keys or wanted)!r}, which was pushed, after the task has failed"
            return [Problem(code, text, None, task_id)]
    return []


def _needs(dag: Dag, task_id: str, before: str) -> bool:
    """Whether a task surely does not run when one before it has failed."""
    tasks = {task.task_id: task for task in dag.tasks}
    found, todo = set[str](), [task_id]
    if tasks[task_id].trigger_rule in NONE_FAILED:
        return before in tasks[task_id].upstream
    while todo:
        task = tasks[todo.pop()]
        if task.task_id not in found and task.trigger_rule == "all_success":
            found.add(task.task_id)
            todo += [each for each in task.upstream if each in tasks]
            if before in task.upstream:
                return True
    return False


def _too_early(dag: Dag, step: Step) -> list[Problem]:
    """An XCom can be read when its task certainly comes before."""
    before = ancestors(dag, step.task.task_id) if all_inputs(step) else set()
    return [
        Problem(
            "DP047", f"pulls from {each}, which is not certain to have run before", None, step.task.task_id
        )
        for each in dict.fromkeys(given.task_id for given in all_inputs(step))
        if each not in before
    ]


def all_inputs(step: Step) -> list[Input]:
    """Those of a step, and of what makes the items that it is mapped over."""
    return [*step.body.inputs, *(step.fan.body.inputs if step.fan else [])]


def _unpushed(step: Step, native: Mapping[str, Step]) -> list[Problem]:
    """XComs that native steps before it are not seen to leave behind."""
    found = []
    for given in all_inputs(step):
        if (other := native.get(given.task_id)) is None:
            continue
        body, text = other.body, ""
        if given.key == "return_value" and body.pushes and not body.returns:
            text = f"pulls what {given.task_id} returned, which only pushes"
        elif given.key != "return_value" and given.key not in (key for key, _ in body.pushes):
            text = f"pulls the key {given.key!r}, which {given.task_id} is not seen to push"
        if text:
            found.append(Problem("DP047", text, None, step.task.task_id))
    return found
