"""A condition of the module around its DAGs: `if venv_is_installed():` with the DAG in one of the two branches.

The condition held, or not, when the tasks were made: the statements of that branch stand in the module itself.
"""

import ast
from collections.abc import Callable, Sequence

from migrator.ir import Dag

Begins = Callable[[ast.stmt], Dag | None]


def branch(statement: ast.stmt, begins: Begins) -> str | None:
    """The branch of an `if` that holds the DAGs, as the name of the field; None where it is not exactly one."""
    if not isinstance(statement, ast.If):
        return None
    found = [name for name in ("body", "orelse") if _holds(getattr(statement, name), begins)]
    return found[0] if len(found) == 1 else None


def _holds(block: Sequence[ast.stmt], begins: Begins) -> bool:
    return any(
        (begins(each) is not None and isinstance(each, (ast.With, ast.FunctionDef)))
        or branch(each, begins) is not None
        for each in block
    )


def of_branch(statement: ast.If, name: str) -> list[ast.stmt]:
    """The statements of a branch."""
    return statement.body if name == "body" else statement.orelse


def other_branch(statement: ast.If, name: str) -> list[ast.stmt]:
    """Those of the other one."""
    return of_branch(statement, "orelse" if name == "body" else "body")
