"""What a statement sets on a task that is there already."""

import ast
from collections.abc import Sequence

from migrator.ir import Task


def is_known_rule(value: ast.expr, tasks: Sequence[Task]) -> bool:
    """Whether `task.trigger_rule = value` says what the model has of the one task that it is about."""
    given: object = value.attr.lower() if isinstance(value, ast.Attribute) else None
    if isinstance(value, ast.Constant):
        given = value.value
    return len(tasks) == 1 and tasks[0].trigger_rule == given
