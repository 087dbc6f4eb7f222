"""Are values handed over by name, where the graph does not show it?"""

import ast
from collections.abc import Iterator
from functools import lru_cache

from migrator.findings import Finding
from migrator.ir import Origin, Project, Task
from migrator.scan.tree import parse, walk

METHODS = ("xcom_pull", "xcom_push")


def check(project: Project) -> Iterator[Finding]:
    """One finding for each function of a task that pulls or pushes by name."""
    texts = {f.path: f.text for f in project.files if f.text and any(m in f.text for m in METHODS)}
    for dag in project.dags:
        for task in dag.tasks:
            for line, method in _calls(task, texts):
                origin = (
                    Origin(task.function.file, line) if task.function and task.function.file else task.origin
                )
                yield Finding("DP001", f"{method} in {task.task_id}", origin, dag.dag_id, task.task_id)


def _calls(task: Task, texts: dict[str, str]) -> Iterator[tuple[int, str]]:
    function = task.function
    if function is None or function.file not in texts:
        return
    for first, last, calls in _functions(texts[function.file]):
        if first == function.line:
            yield from ((line, method) for line, method in calls if first <= line <= last)


@lru_cache(maxsize=8)
def _functions(text: str) -> list[tuple[int, int, list[tuple[int, str]]]]:
    """First and last line of each function, and its calls of the methods."""
    found: list[tuple[int, int, list[tuple[int, str]]]] = []
    for node in walk(parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            calls = [
                (inner.lineno, inner.func.attr)
                for inner in walk(node)
                if isinstance(inner, ast.Call)
                and isinstance(inner.func, ast.Attribute)
                and inner.func.attr in METHODS
            ]
            found.append((node.lineno, node.end_lineno or node.lineno, sorted(set(calls))))
    return found
