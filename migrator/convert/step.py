"""What becomes of one task."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from migrator.convert import mapped
from migrator.convert.body import Body
from migrator.convert.dbt_command import DbtCommand
from migrator.convert.hooks import Hook
from migrator.convert.problem import Problem
from migrator.convert.source import Source
from migrator.ir import Dag, Task
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.plan import ChecksPlan, FreshnessPlan


@dataclass(frozen=True)
class Within:
    """The task's function as a function inside of its step."""

    name: str
    parameters: tuple[str, ...]
    rendered: frozenset[int] = frozenset()  # texts of it that were templates, by the identity of their nodes
    command: str | None = None  # all that it gives, where it does nothing but give one text
    worn: tuple[int, ...] = ()  # which of its decorators it keeps, by their places


@dataclass
class Step:
    """`function` is set when the task's own function becomes the step; `lines` when its body is new."""

    task: Task
    kind: str = "plain"  # plain, branch, short_circuit
    body: Body = field(default_factory=Body)
    function: ast.FunctionDef | None = None
    lines: tuple[str, ...] = ()
    calls: str | None = None  # the helper that a new body calls
    look: str = ""  # the same call, as a callable without arguments
    yields: bool = False
    empty: bool = False
    reports: bool = False  # what the last line gives is what an asset tells Dagster, and no value
    copied: bool = False  # the function stands where tasks are made: each of them gets a copy of its own
    notes: tuple[Problem, ...] = ()
    name: str = ""  # of the function in the new module
    multiple_outputs: bool = False  # the items of the dict that it returns are XComs as well
    bridged: bool = False  # its body has Airflow run the task
    chooses: bool = False  # a bridged one that may skip tasks after it
    hooks: tuple[Hook, ...] = ()  # callbacks
    after: str = ""  # the function that is called with its result
    inner: str | None = None  # a function that the lines define first
    source: Source | None = None  # where the function is written, if not in the file of the DAG
    within: "Within | None" = None  # its function stands inside of it, and the lines call that
    keeps: frozenset[str] = frozenset()  # names of the module that are needed beside those in its text
    dbt: DbtCommand | None = None  # it is no shell command any more
    io: str | None = None  # which files the plan wants its value to be
    partition_column: str | None = None  # of its table, which tells the rows of partitions apart
    single_run: bool = False  # a backfill makes several partitions at once
    checks: "ChecksPlan | None" = None  # what the plan says of its value
    freshness: "FreshnessPlan | None" = None  # how old its value may become
    fan: mapped.Fan | None = None  # what the task, or the group around it, is mapped over

    @property
    def problems(self) -> list[Problem]:
        """Why it cannot be native; empty when it can."""
        return self.body.problems


def in_order(steps: Iterable[Step], dags: Sequence[Dag]) -> list[Step]:
    """Those of one DAG after those of another; in a DAG as in the file, but none before what it waits for."""
    place = {id(task): number for number, dag in enumerate(dags) for task in dag.tasks}
    left = sorted(steps, key=lambda s: (place.get(id(s.task), 0), s.task.origin.line, -s.task.origin.column))
    found: list[Step] = []
    while left:
        waiting = {(place.get(id(step.task)), step.task.task_id) for step in left}
        free = (s for s in left if not {(place.get(id(s.task)), t) for t in s.task.upstream} & waiting)
        found.append(next(free, left[0]))
        left.remove(found[-1])
    return found
