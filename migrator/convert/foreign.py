"""A task's function that another file of the repository defines where it makes tasks: its text is copied from there.

What it reads of that file is imported from the file's new place, or is a value that it encloses.
"""

import ast
import builtins
from dataclasses import replace

from migrator.convert.ground import Ground, names_set
from migrator.convert.imported import import_line
from migrator.convert.kinds import CALLED, kind_of
from migrator.convert.moved import of_airflow
from migrator.convert.scope import Setting
from migrator.convert.source import Source, names_bound, names_read
from migrator.convert.step import Step
from migrator.convert.worn import names_worn
from migrator.ir import Task
from migrator.scan.closure import free_names
from migrator.scan.tree import walk

OF_THE_FILE = ("user_defined_macros", "user_defined_filters")  # their text is in the file of the DAG


class Elsewhere(Ground):
    """The ground of a file that makes tasks for others: all that its functions have of their place is enclosed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names = {name for statement in source.tree.body for name in names_set(statement)}
        self.parameters = {}

    def away(self, node: ast.AST) -> set[str]:
        """The names that mean nothing outside of their place."""
        return set(names_read(node)) - set(names_bound(node)) - self.names - set(dir(builtins))

    def moves(self, function: ast.AST) -> bool:
        """It always does."""
        return True

    def stays(self, name: str) -> bool:
        """No name that a function encloses."""
        return False

    def in_module(self, name: str) -> bool:
        """Whether a statement of the file sets a name."""
        return name in self.names


def foreign(task: Task, setting: Setting, *, moves: bool = False) -> tuple[ast.FunctionDef, Setting] | None:
    """The definition of the function, and the setting to read it in; None where the task has no such function.

    `moves`: a function that the file could import is copied, too, for it asks Airflow for something.
    """
    function = task.function
    if function is None or function.file in (None, setting.dag.origin.file) or kind_of(task) in CALLED:
        return None
    if any(name in setting.dag.args for name in OF_THE_FILE):
        return None
    if not moves and setting.source.importing(function):
        return None
    source = setting.source.part(function.file or "")
    found = source.functions.get(function.line or 0) if source else None
    if source is None or not isinstance(found, ast.FunctionDef) or (found in source.tree.body) != moves:
        return None
    if moves and rebound(source) & {*free_names(found), *names_bound(found)}:
        return None
    return found, replace(setting, source=source, ground=Elsewhere(source))


def rebound(source: Source) -> set[str]:
    """The names that functions of a file set anew: a copy of one elsewhere would not see it, nor be seen."""
    return {name for node in walk(source.tree) if isinstance(node, ast.Global) for name in node.names}


def copied(step: Step, setting: Setting) -> Step:
    """A step that was read there, with what it needs of that file."""
    source, function = setting.source, step.function
    step.source = source
    enclosed = step.task.function.closure if step.task.function else {}
    usual = [d for d in (*function.args.defaults, *function.args.kw_defaults) if d] if function else []
    read = {*(free_names(function) if function else ()), *(n for d in usual for n in names_read(d))}
    read |= names_worn(function, source)
    for name in sorted(read - enclosed.keys()):
        if of_airflow(source.imports.get(name, "")):
            continue  # the reader has another text for it, or has refused it
        if line := source.line_of(name):
            step.body.imports.add(line)
        elif name in source.imports:
            step.body.imports.add(import_line(name, source))
    return step
