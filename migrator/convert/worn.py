"""Decorators of a task's function that are no affair of Airflow's: `@task` above `@timed`. The function keeps them.

Which ones let a function be called as it asks to be, `migrator.scan.evaluator.dressed` has found out.
"""

import ast

from migrator.convert.problem import Problem
from migrator.convert.scope import Setting
from migrator.convert.source import Source, names_read

Def = ast.FunctionDef | ast.AsyncFunctionDef


def worn(function: ast.AST | None, source: Source, but: tuple[str, ...] = ()) -> list[int]:
    """Where they stand in the list of the function's decorators, `but` for those of these names."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    names = source.decorators(function)
    return [i for i, name in enumerate(names) if not _makes(name) and name not in ("staticmethod", "", *but)]


def _makes(name: str) -> bool:
    """Whether a decorator makes the function a task: `@task`, or `@dag.task.branch`."""
    return name.startswith("airflow.") or "task" in name.split(".")[1:]


def names_worn(function: ast.AST | None, source: Source) -> frozenset[str]:
    """What these decorators read of the module."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return frozenset()
    return frozenset(n for i in worn(function, source) for n in names_read(function.decorator_list[i]))


def problems(function: ast.AST | None, setting: Setting, task_id: str) -> list[Problem]:
    """What stands against decorators that move into the step with their function."""
    names = sorted(names_worn(function, setting.source))
    found = []
    for name in names:
        if setting.source.from_airflow(name):
            code, text = setting.source.why_airflow(name)
            found.append(Problem(code, text, getattr(function, "lineno", None), task_id))
    assert not names or isinstance(function, Def)
    for index in worn(function, setting.source):
        node = function.decorator_list[index]  # type: ignore[union-attr]  # only functions have some
        if away := setting.ground.away(node):
            text = f"a decorator of its function reads `{min(away)}`, which is set where tasks are made"
            found.append(Problem("SC055", text, node.lineno, task_id))
    return found
