"""Does a DAG start another, or wait for one?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.ir import Project, constant

ARGUMENTS = {
    "TriggerDagRunOperator": "trigger_dag_id",
    "ExternalTaskSensor": "external_dag_id",
    "ExternalTaskMarker": "external_dag_id",
}


def check(project: Project) -> Iterator[Finding]:
    """One finding a task, with the other DAG's id where it is known."""
    for dag in project.dags:
        for task in dag.tasks:
            if (name := ARGUMENTS.get(task.operator_class)) is not None:
                other = constant(task.args.get(name), "a DAG that is not known")
                yield Finding(
                    "CF007", f"{task.operator_class} of {other}", task.origin, dag.dag_id, task.task_id
                )
