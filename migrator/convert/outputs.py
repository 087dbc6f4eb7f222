"""What the function of a task says that it returns."""

import ast

from migrator.convert.source import Source
from migrator.ir import Task, constant

MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})


def multiple_outputs(task: Task, source: Source, *, airflow3: bool) -> bool:
    """Whether the items of a returned dict are XComs: said so, or concluded from the annotation, as Airflow does."""
    if task.operator == "airflow.decorators.task.bash" and not airflow3:
        return False  # Airflow 2 says that it ignores this
    if "multiple_outputs" in task.args:
        return constant(task.args["multiple_outputs"]) is True
    if not task.taskflow:
        return False
    returns = declared_of(task, source)
    base = returns.value if isinstance(returns, ast.Subscript) else returns
    return base is not None and (source.qualified(base) or "").rsplit(".", 1)[-1] in MAPPINGS


def declared_of(task: Task, source: Source) -> ast.expr | None:
    """Its annotation of that."""
    written = task.function
    if written is None:
        return None
    here = written.file in (None, source.path or written.file)
    function = source.functions.get(written.line or 0) if here else source.beside(written)
    return function.returns if isinstance(function, ast.FunctionDef) else None
