"""What becomes of the statements of a DAG file, as `layout.py` decides it and `module.py` carries it out."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import field

from migrator.convert.ground import Path
from migrator.convert.guards import of_branch
from migrator.convert.problem import Problem
from migrator.convert.step import Step
from migrator.record import dataclass


@dataclass
class Action:
    """`verb`: keep, drop, dissolve (its block takes its place), become (a step), emit (new steps).

    `wires`: it orders the tasks, so that a comment above it is about the job.
    """

    verb: str
    steps: list[Step] = field(default_factory=list)
    wires: bool = False


@dataclass
class Layout:
    """The whole file."""

    actions: dict[Path, Action] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    own: dict[str, list[Problem]] = field(default_factory=dict)  # problems of single DAGs, by id
    variables: dict[str, str] = field(default_factory=dict)  # task id → the variable that held it
    guards: Mapping[int, str] = field(default_factory=dict)  # the branch of an `if` that holds DAGs

    def blame(self, dag_ids: list[str], problem: Problem) -> None:
        """Note a problem of these DAGs, or of the whole file."""
        for dag_id in dag_ids:
            self.own.setdefault(dag_id, []).append(problem)
        if not dag_ids:
            self.problems.append(problem)

    def statements(self, body: list[ast.stmt], prefix: Path = ()) -> Iterator[tuple[ast.stmt, Action]]:
        """Each statement with its action, those of dissolved blocks in their place."""
        for index, statement in enumerate(body):
            action = self.actions[(*prefix, index)]
            if action.verb == "dissolve":
                yield from self.statements(self.block_of(statement), (*prefix, index))
            else:
                yield statement, action

    def block_of(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements inside a `with` or a function, or of the branch that holds DAGs."""
        if isinstance(statement, ast.If):
            return of_branch(statement, self.guards[id(statement)])
        assert isinstance(statement, (ast.With, ast.FunctionDef))
        return statement.body
