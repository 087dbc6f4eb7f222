"""What becomes of a task's function: its inputs, the lines at its top, and the edits of its text."""

import re
from dataclasses import field
from typing import TYPE_CHECKING

from migrator.convert.context import Expression, reads_context
from migrator.convert.launch import Launch
from migrator.convert.problem import Problem
from migrator.convert.source import Edit
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.convert.resources import Resource

VARIABLE = re.compile(r"AIRFLOW_VAR_\w+")
CONNECTION = re.compile(r"\bconnection(?:_of)?\(['\"](\w+)['\"]\)")


@dataclass(frozen=True)
class Input:
    """A parameter of the new function that gets what another task left behind."""

    name: str
    task_id: str
    key: str = "return_value"
    annotation: str | None = None


@dataclass
class Body:
    """What becomes of a function. `lines` stand at the top of the new body, in order."""

    inputs: list[Input] = field(default_factory=list)
    items: dict[str, str] = field(default_factory=dict)  # names of an item → parameters of the new function
    usual: dict[str, str] = field(default_factory=dict)  # what such a parameter is where an item has no value
    lines: list[str] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    pushes: list[tuple[str, str]] = field(default_factory=list)  # XCom key, local name
    halfway: set[str] = field(default_factory=set)  # keys of those after which the function raises an error
    risked: set[str] = field(default_factory=set)  # and of those after which something may go wrong
    problems: list[Problem] = field(default_factory=list)  # why it cannot be native
    notes: list[Problem] = field(default_factory=list)  # what is told although it is
    ends: list[str] = field(default_factory=list)  # lines at the end of the new body
    context: bool = False
    dated: bool = False
    skips: bool = False  # raises Skip, so that only a job of ops can hold it
    returns: bool = False  # puts out a value
    texts: list[str] = field(default_factory=list)  # tasks whose XComs were put into a template, so as text
    launch: Launch = field(default_factory=lambda: Launch({}, {}))  # what the run is launched with
    resources: "list[Resource]" = field(default_factory=list)
    variables: set[str] = field(default_factory=set)  # environment variables that stand for Airflow's

    def use(self, found: Expression) -> str:
        """Note what an expression needs, and give its text."""
        self.imports.update(found.imports)
        self.dated |= found.dated
        self.context |= reads_context(found.text)
        self.variables.update(VARIABLE.findall(found.text))
        self.variables.update(f"AIRFLOW_CONN_{name.upper()}" for name in CONNECTION.findall(found.text))
        return found.text
