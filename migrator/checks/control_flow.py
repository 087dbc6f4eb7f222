"""Does a DAG decide at run time which of its tasks run?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.ir import Project, Task


def is_branch(task: Task) -> bool:
    """Branches and short circuits, classic and decorated."""
    name = task.operator_class
    return "Branch" in name or "ShortCircuit" in name or task.operator.endswith((".branch", ".short_circuit"))


def check(project: Project) -> Iterator[Finding]:
    """Branches, and trigger rules other than the default; a teardown's rule is its nature."""
    for dag in project.dags:
        for task in dag.tasks:
            if is_branch(task):
                yield Finding(
                    "CF004", f"{task.operator_class} chooses", task.origin, dag.dag_id, task.task_id
                )
            if task.trigger_rule != "all_success" and not task.teardown:
                message = f"trigger rule {task.trigger_rule}"
                yield Finding("CF003", message, task.origin, dag.dag_id, task.task_id)
