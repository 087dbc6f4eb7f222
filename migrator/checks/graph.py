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
    left = {t.task_id: set(t.upstream) for t in dag.tasks}
    while ready := [name for name, above in left.items() if not above & left.keys()]:
        for name in ready:
            del left[name]
    return sorted(left)
