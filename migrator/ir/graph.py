"""Questions to the graph of a DAG."""

from collections.abc import Mapping

from migrator.ir.model import Dag


def ancestors(dag: Dag, task_id: str) -> set[str]:
    """Every task that a task waits for, directly or not."""
    upstream: Mapping[str, frozenset[str]] = {t.task_id: t.upstream for t in dag.tasks}
    found: set[str] = set()
    waiting = list(upstream[task_id])
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += upstream.get(one, ())
    return found
