"""Is the graph one that Airflow accepts, and is there anything in it?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.ir import Project
from migrator.ir.outcomes import in_circles


def check(project: Project) -> Iterator[Finding]:
    """Empty DAGs and cycles."""
    for dag in project.dags:
        if not dag.tasks and dag.partial is None:
            yield Finding("CF005", "the DAG has no tasks", dag.origin, dag.dag_id)
        if circle := in_circles(dag):
            yield Finding("CF006", f"a cycle of {', '.join(circle)}", dag.origin, dag.dag_id)
