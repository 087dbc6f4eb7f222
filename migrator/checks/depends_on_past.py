"""Do runs of a task wait for its run before?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.ir import Project, constant


def check(project: Project) -> Iterator[Finding]:
    """One finding a task."""
    for dag in project.dags:
        for task in dag.tasks:
            for name in ("depends_on_past", "wait_for_downstream"):
                if constant(task.args.get(name)) is True:
                    yield Finding("TM002", f"{name} is set", task.origin, dag.dag_id, task.task_id)
