"""Does a DAG leave it to Airflow's version whether missed runs are made up for?"""

from collections.abc import Iterator

from migrator.findings import Finding
from migrator.ir import Cron, Every, Project


def check(project: Project) -> Iterator[Finding]:
    """Only where runs can be missed: on a schedule in time."""
    for dag in project.dags:
        if dag.catchup is None and isinstance(dag.schedule, (Cron, Every)):
            yield Finding("TM005", "catchup is not said", dag.origin, dag.dag_id)
