"""Does a DAG start another, or wait for one?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.inventory.links import TRIGGERS, links_of
from migrator.ir import Project

UNKNOWN = "a DAG that is not known"


def check(project: Project) -> Iterator[Finding]:
    """One finding a link, with the other DAG's id where it is known; a second one where it is not."""
    for dag in project.dags:
        for link in links_of(dag):
            task = dag.task(link.task_id)
            verb = "starts" if link.kind == TRIGGERS else "waits for"
            message = f"{task.operator_class} {verb} {link.dag_id or UNKNOWN}"
            yield Finding("CF007", message, task.origin, dag.dag_id, task.task_id)
            if link.dag_id is None:
                yield Finding(
                    "DP007", f"{task.task_id} {verb} {UNKNOWN}", task.origin, dag.dag_id, task.task_id
                )
