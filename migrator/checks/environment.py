"""What does a DAG expect of the place where it runs: callbacks, pools?"""

from collections.abc import Iterator, Mapping

from migrator.findings import Finding
from migrator.ir import Project, Value, constant


def _callbacks(args: Mapping[str, Value]) -> list[str]:
    return sorted(n for n, v in args.items() if n.endswith("_callback") and constant(v, v) is not None)


def check(project: Project) -> Iterator[Finding]:
    """Callbacks of the DAG and of each task that names its own; pools."""
    for dag in project.dags:
        for name in _callbacks({**dag.default_args, **dag.args}):
            yield Finding("EN005", name, dag.origin, dag.dag_id)
        for task in dag.tasks:
            for name in _callbacks({k: v for k, v in task.args.items() if k in task.own}):
                yield Finding("EN005", name, task.origin, dag.dag_id, task.task_id)
            if task.pool != "default_pool":
                yield Finding("EN006", f"pool {task.pool}", task.origin, dag.dag_id, task.task_id)
