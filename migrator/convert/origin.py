"""Where things came from: each new module names its DAG file, and each task in the manifest its line."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from migrator.convert.text import docstring
from migrator.ir import Dag
from migrator.manifest import DagEntry


def told(text: str, path: str) -> str:
    """The module with the name of its DAG file: in its docstring, or below the one that the team wrote."""
    lines = text.split("\n")
    first = next(iter(ast.parse(text).body), None)
    if isinstance(first, ast.Expr) and isinstance(first.value, (ast.Constant, ast.JoinedStr)):
        name = " ".join(path.split())
        at, new = first.end_lineno or 1, f"\n# Converted from `{name}`.\n"
    else:
        at, new = _header(lines), docstring(f"Converted from `{path}`.") + "\n"
    return "\n".join([*lines[:at], new, *lines[at:]])


def _header(lines: list[str]) -> int:
    """How many lines a file begins with that are a licence or an encoding."""
    return next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))


def traced(entries: Mapping[str, DagEntry], dags: Iterable[Dag]) -> dict[str, DagEntry]:
    """The entries with the line of the DAG file where each task is made."""
    lines = {dag.dag_id: {t.task_id: t.origin.line for t in dag.tasks} for dag in dags}
    return {
        dag_id: replace(
            entry,
            tasks={name: replace(t, line=lines[dag_id].get(name)) for name, t in entry.tasks.items()},
        )
        for dag_id, entry in entries.items()
    }
