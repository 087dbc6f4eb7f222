"""Is a task mapped over a list?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.ir import Project


def check(project: Project) -> Iterator[Finding]:
    """One finding a mapped task."""
    for dag in project.dags:
        for task in dag.tasks:
            if task.mapped:
                over = ", ".join(task.expand) or "a list"
                yield Finding("CF001", f"mapped over {over}", task.origin, dag.dag_id, task.task_id)
