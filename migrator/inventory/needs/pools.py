"""Pools other than the one that every Airflow has."""

from collections.abc import Iterator

from migrator.inventory.model import Need
from migrator.inventory.sources import Sources
from migrator.ir import Dag

DEFAULT = "default_pool"


def in_dag(dag: Dag, sources: Sources) -> Iterator[Need]:
    """Those of its tasks."""
    return (Need("pools", task.pool) for task in dag.tasks if task.pool and task.pool != DEFAULT)
