"""Which operators need a person: the users' own, sub-DAGs, and sensors that hold a slot while they wait?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.ir import Project, Task


def check(project: Project) -> Iterator[Finding]:
    """One finding a task."""
    files = {f.path for f in project.files}
    for dag in project.dags:
        for task in dag.tasks:
            for code, message in _about(task, files):
                yield Finding(code, message, task.origin, dag.dag_id, task.task_id)


def _about(task: Task, files: set[str]) -> Iterator[tuple[str, str]]:
    module = task.operator.rpartition(".")[0].replace(".", "/")
    if f"{module}.py" in files or f"{module}/__init__.py" in files:
        yield "OP001", f"{task.operator_class} is defined in {module}.py"
    if task.operator_class == "SubDagOperator":
        yield "OP002", "a sub-DAG"
    if task.operator_class.endswith("Sensor") or task.operator_class == "DecoratedSensorOperator":
        yield "OP003", f"{task.operator_class} waits inside the run"
