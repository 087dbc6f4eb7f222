"""The call that makes a task, the function that it names, and what that is called with."""

import ast

from migrator.convert import mapped
from migrator.convert.bound import left_of
from migrator.convert.given import Given, of_operator, of_taskflow, refused_by_airflow
from migrator.convert.problem import Problem
from migrator.convert.scope import Setting
from migrator.convert.source import Definition
from migrator.ir import Task


def creating_call(task: Task, setting: Setting) -> ast.Call | None:
    """The call that creates a task, where it stands in the file of the DAG."""
    if setting.call is not None:
        return setting.call
    return setting.source.creating_call(task) if task.origin.file == setting.dag.origin.file else None


def arguments_of(
    task: Task, setting: Setting, call: ast.Call | None, function: Definition | None
) -> Given | Problem:
    """By the names of the parameters; an expression comes along where it means the same in the new module."""
    read = of_taskflow if task.taskflow else mapped.of_operator if task.expand else of_operator
    given = read(task, call, function)
    if task.taskflow and not isinstance(given, Problem):
        given = mapped.with_items(task, given, setting.dag, function)
    if isinstance(given, Problem):
        return given
    if refused := refused_by_airflow(task, function, setting.timing):
        return refused
    ground = setting.ground
    return {n: (v, None if e is not None and ground.away(e) else e) for n, (v, e) in given.items()}


def definition(task: Task, setting: Setting, call: ast.Call | None) -> Definition | None:
    """The function that a task calls, where the file of the DAG holds it; of one that is bound what is left of it."""
    if task.bound is not None:
        return left_of(task.bound, setting)
    function = task.function
    if function is None or function.line is None:
        return None
    if function.file not in (None, setting.dag.origin.file):
        return None
    written = [k.value for k in call.keywords if k.arg == "python_callable"] if call else []
    if written and isinstance(written[0], ast.Lambda):
        return written[0]
    return setting.source.functions.get(function.line)
