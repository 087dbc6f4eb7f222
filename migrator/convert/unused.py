"""Statements that nobody needs any more once the tasks are steps; and the names that a step needs."""

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrator.convert.effects import effect
from migrator.convert.ground import COMPOUND, names_set
from migrator.convert.own_text import operator_classes
from migrator.convert.source import Source, names_bound, names_in, names_read
from migrator.convert.step import Step

if TYPE_CHECKING:
    from migrator.convert.actions import Layout

DEFINED = ast.FunctionDef | ast.AsyncFunctionDef


def forget_unused(layout: "Layout", source: Source, steps: Sequence[Step]) -> list[ast.stmt]:
    """Constants and helpers that only the dropped statements read go as well: these."""
    forgotten: list[ast.stmt] = []
    read_somewhere = set(names_read(source.tree))
    while True:
        live = _live_names(layout, source, steps)
        gone = [
            (statement, action)
            for statement, action in layout.statements(source.tree.body)
            if action.verb == "keep" and _unused(statement, live, read_somewhere, source)
        ]
        if not gone:
            return forgotten
        for statement, action in gone:
            action.verb = "drop"
            forgotten.append(statement)


def _live_names(layout: "Layout", source: Source, steps: Sequence[Step]) -> set[str]:
    live: set[str] = set()
    for statement, action in layout.statements(source.tree.body):
        if action.verb == "keep":
            own = {statement.name} if isinstance(statement, (DEFINED, ast.ClassDef)) else set()
            live |= set(names_read(statement)) - own
    for step in steps:
        live |= _step_names(step)
    return live


def _step_names(step: Step) -> set[str]:
    found: set[str] = set()
    if step.function:
        for part in step.function.body:
            found |= set(names_read(part))
    found |= step.keeps
    annotations = [i.annotation for i in step.body.inputs if i.annotation]
    inputs = {given.name for given in step.body.inputs}  # parameters, whatever the module calls so
    made = [*step.fan.body.lines, *step.fan.lines] if step.fan else []
    for line in [*step.body.lines, *step.lines, *step.body.usual.values(), *made, *annotations]:
        found |= names_in(line) - inputs
    return found - {step.within.name} if step.within else found


def free_names(step: Step) -> set[str]:
    """The names that the body of a step takes from the module."""
    if step.function is None:
        return set()
    bound = {n for line in step.body.lines for n in names_bound(ast.parse(line))}
    parts = [*step.function.body]
    return {n for part in parts for n in names_read(part)} - set(names_bound(step.function)) - bound


def decorated_by_airflow(function: ast.FunctionDef | ast.AsyncFunctionDef, source: Source) -> bool:
    """Whether something of Airflow makes a function a task, or anything else."""
    return any(name.startswith("airflow.") for name in source.decorators(function))


def _unused(statement: ast.stmt, live: set[str], read_somewhere: set[str], source: Source) -> bool:
    if isinstance(statement, DEFINED) and decorated_by_airflow(statement, source):
        return statement.name not in live  # a task that nobody calls
    if isinstance(statement, (DEFINED, ast.ClassDef)):
        bound = {statement.name}
    elif isinstance(statement, ast.Assign) and all(isinstance(t, ast.Name) for t in statement.targets):
        bound = set(names_bound(statement))
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)) and isinstance(statement.target, ast.Name):
        bound = {statement.target.id}
    elif isinstance(statement, COMPOUND) and effect(statement, source, ()) is None:
        bound = set(names_set(statement))
    else:
        return False
    operator = isinstance(statement, ast.ClassDef) and statement in operator_classes(source)
    return not bound & live and (operator or bool(bound & (read_somewhere | source.behind.keys())))
