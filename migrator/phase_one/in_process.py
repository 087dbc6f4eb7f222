"""An unchanged Airflow 2 DAG as text: the call that makes its job through dagster-airflow."""

from collections.abc import Iterable
from dataclasses import replace

from migrator.convert import naming
from migrator.errors import UsageError
from migrator.ir import Dag
from migrator.manifest import DagEntry
from migrator.phase_one.timing import Start

IMPORT = "from .._airflow import airflow_dag"


def call(dag: Dag, name: str, when: Start) -> str:
    """The call of `airflow_dag`, to be formatted. dagster-airflow makes the `name` up itself."""
    given = [repr(dag.dag_id), f"file={dag.origin.file!r}"]
    given += [f"tags={sorted(dag.tags)!r}"] if dag.tags else []
    given += [f"{key}={value!r}" for key, value in when.arguments.items()]
    return f"airflow_dag({', '.join(given)})"


def job_names(dags: Iterable[Dag]) -> dict[str, str]:
    """The names that dagster-airflow gives. Raises UsageError where it gives two things the same one."""
    names: dict[str, str] = {}
    taken: dict[str, str] = {}
    for dag in sorted(dags, key=lambda d: d.dag_id):
        names[dag.dag_id] = naming.job(dag.dag_id)
        mine = {op_name(dag.dag_id, t.task_id): f"{dag.dag_id}.{t.task_id}" for t in dag.tasks}
        clash = sorted(taken.keys() & {names[dag.dag_id], *mine})
        if clash or len(mine) < len(dag.tasks):
            others = ", ".join(taken[name] for name in clash) or "tasks of its own"
            raise UsageError(
                f"{dag.dag_id} and {others} have one name in dagster-airflow: use --mode interpreter"
            )
        taken |= {**mine, names[dag.dag_id]: dag.dag_id}
    return names


def op_name(dag_id: str, task_id: str) -> str:
    """dagster-airflow puts the DAG before the task."""
    return f"{naming.job(dag_id)}__{naming.job(task_id)}"


def named(entry: DagEntry) -> DagEntry:
    """The entry with the names of dagster-airflow's ops."""
    tasks = {name: replace(task, op=f"{entry.job}__{naming.job(name)}") for name, task in entry.tasks.items()}
    return replace(entry, tasks=tasks)
