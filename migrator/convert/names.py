"""DAG ids → names of jobs and modules, one to one over the whole project."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from migrator.convert import naming
from migrator.ir import Dag
from migrator.runtime.airflow_names import free, op_names

RESERVED_MODULES = {"dg", "defs", "definitions"}  # names that `definitions.py` uses itself


def job_names(dags: Iterable[Dag], steps: Mapping[str, str] | None = None) -> dict[str, str]:
    """A job name for each DAG id: the id where it is a name, and a number where two ids give the same one.

    Dagster keeps the names of jobs and ops in one place; the ops of a job are called after it. `steps`
    are names that the assets of a DAG take there, each with its DAG.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    of_assets = steps or {}
    own: dict[str, set[str]] = {}
    for step, owner in of_assets.items():
        own.setdefault(owner, set()).add(step)
    for dag in sorted(dags, key=lambda d: (_plain(d.dag_id) != d.dag_id, d.dag_id)):
        tasks = op_names(t.task_id for t in dag.tasks).values()
        name, number = _plain(dag.dag_id), 2
        while any(
            n in taken or (n in of_assets and n not in own.get(dag.dag_id, ()))
            for n in (name, *(f"{name}__{task}" for task in tasks))
        ):
            name, number = f"{_plain(dag.dag_id)}_{number}", number + 1
        names[dag.dag_id] = name
        taken |= {name, *(f"{name}__{task}" for task in tasks)}
    return names


def _plain(dag_id: str) -> str:
    name = naming.job(dag_id)
    return f"{name}_job" if naming.identifier(name) == f"{name}_" else name


def module_names(files: Iterable[str]) -> dict[str, str]:
    """A module name for each DAG file: `team a/load-orders.py` → `team_a__load_orders`."""
    names: dict[str, str] = {}
    taken = set(RESERVED_MODULES)
    for file in sorted(set(files)):
        parts = PurePosixPath(file).with_suffix("").parts
        names[file] = free(naming.identifier("__".join(parts)), taken)
        taken.add(names[file])
    return names
