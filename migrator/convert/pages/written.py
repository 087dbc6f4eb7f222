"""What the pages and the tests of a project are made from: all that is known once its modules are written."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property

from migrator.findings import Finding
from migrator.ir import Dag, Project
from migrator.manifest import DagEntry, Manifest
from migrator.record import dataclass


@dataclass(frozen=True)
class Written:
    """`modules` are the texts of the project by path; `dags_folder`: the way from the project to the DAGs.

    `tables`: variables that say where tables are, and the DAGs that have some there.
    """

    name: str
    project: Project
    manifest: Manifest
    modules: Mapping[str, str]
    findings: Sequence[Finding]
    dags_folder: str | None = None
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def dags(self) -> dict[str, Dag]:
        """The DAGs by id."""
        return {dag.dag_id: dag for dag in self.project.dags}

    @cached_property
    def by_module(self) -> dict[str, list[tuple[str, DagEntry]]]:
        """For each module, `defs.orders`, the DAGs that it holds, by id."""
        found: dict[str, list[tuple[str, DagEntry]]] = {}
        for dag_id, entry in sorted(self.manifest.dags.items()):
            found.setdefault(entry.module, []).append((dag_id, entry))
        return dict(sorted(found.items()))

    def text(self, module: str) -> str:
        """Of a module, such as `defs.orders`."""
        return self.modules[f"{module.replace('.', '/')}.py"]

    @cached_property
    def lifts(self) -> bool:
        """Whether anything runs in an Airflow interpreter."""
        return any(path.startswith("_airflow/") for path in self.modules)
