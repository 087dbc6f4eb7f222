"""Is the graph one that Airflow accepts, and is there anything in it?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.ir import Dag, Project


def check(project: Project) -> Iterator[Finding]:
    """Empty DAGs and cycles."""
    for dag in project.dags:
        if not dag.tasks and dag.partial is None:
            yield Finding("CF005", "the DAG has no tasks", dag.origin, dag.dag_id)
        if circle := _cycle(dag):
            yield Finding("CF006", f"a cycle of {', '.join(circle)}", dag.origin, dag.dag_id)


def _cycle(dag: Dag) -> list[str]:
    """The tasks that are left when all that can come first have been taken away, again and again."""
    ids = {t.task_id for t in dag.tasks}
    above = {t.task_id: len(t.upstream & ids) for t in dag.tasks}
    below: dict[str, list[str]] = {}
    for task in dag.tasks:
        for name in task.upstream & ids:
            below.setdefault(name, []).append(task.task_id)
    ready = [name for name, count in above.items() if not count]
    while ready:
        name = ready.pop()
        del above[name]
        for after in below.get(name, ()):
            above[after] -= 1
            if not above[after]:
                ready.append(after)
    return sorted(above)
