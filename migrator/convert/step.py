"""What becomes of one task."""

import ast
from dataclasses import field

from migrator.convert import mapped
from migrator.convert.body import Body
from migrator.convert.hooks import Hook
from migrator.convert.problem import Problem
from migrator.ir import Task
from migrator.record import dataclass


@dataclass(frozen=True)
class Within:
    """The task's function as a function inside of its step."""

    name: str
    parameters: tuple[str, ...]
    rendered: frozenset[int] = frozenset()  # texts of it that were templates, by the identity of their nodes
    command: str | None = None  # all that it gives, where it does nothing but give one text


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
    copied: bool = False  # the function stands where tasks are made: each of them gets a copy of its own
    notes: tuple[Problem, ...] = ()
    name: str = ""  # of the function in the new module
    multiple_outputs: bool = False  # the items of the dict that it returns are XComs as well
    bridged: bool = False  # its body has Airflow run the task
    chooses: bool = False  # a bridged one that may skip tasks after it
    hooks: tuple[Hook, ...] = ()  # callbacks
    inner: str | None = None  # a function that the lines define first
    within: "Within | None" = None  # its function stands inside of it, and the lines call that
    keeps: frozenset[str] = frozenset()  # names of the module that are needed beside those in its text
    fan: mapped.Fan | None = None  # what the task, or the group around it, is mapped over

    @property
    def problems(self) -> list[Problem]:
        """Why it cannot be native; empty when it can."""
        return self.body.problems
