"""Packages that the DAG's code imports: top-level names, and for Airflow's providers their distributions."""

import sys
from collections.abc import Iterator

from migrator.inventory.model import Need
from migrator.inventory.sources import Sources, find_module
from migrator.ir import Dag

PROVIDERS = "airflow.providers."
# Providers that come as a family, so that their distributions have a name of two parts.
FAMILIES = frozenset({"apache", "atlassian", "cncf", "common", "dbt", "ibm", "microsoft"})
DECORATOR = "airflow.decorators.task."
# `@task.<kind>` that a provider brings.
DECORATORS = {
    "docker": "airflow.providers.docker",
    "kubernetes": "airflow.providers.cncf.kubernetes",
    "pyspark": "airflow.providers.apache.spark",
    "snowpark": "airflow.providers.snowflake",
}


def package_of(dotted: str) -> str | None:
    """The package of a module; None for the standard library and for Airflow itself."""
    if dotted.startswith(PROVIDERS):
        parts = dotted.split(".")[2:]
        name = parts[:2] if parts[0] in FAMILIES else parts[:1]
        return "-".join(["apache-airflow-providers", *name])
    root = dotted.partition(".")[0]
    return None if not root or root == "airflow" or root in sys.stdlib_module_names else root


def in_dag(dag: Dag, sources: Sources) -> Iterator[Need]:
    """Those of its operators, wherever they are imported; modules of the repository are none."""
    for operator in dict.fromkeys(task.operator for task in dag.tasks):
        decorator = operator.removeprefix(DECORATOR) if operator.startswith(DECORATOR) else None
        module = DECORATORS.get(decorator, operator) if decorator else operator.rpartition(".")[0]
        package = package_of(module)
        if package and find_module(sources, module, dag.origin.file) is None:
            yield Need("packages", package)
