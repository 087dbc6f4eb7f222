"""What the DAGs of a project find where they run, by name: for the README. Values never appear."""

from collections.abc import Iterable
from pathlib import Path

from migrator.convert.pages.written import Written
from migrator.inventory import FolderSources, Inventory, of_dag
from migrator.record import dataclass
from migrator.scan.folder import Folder

VARIABLE, CONNECTION = "AIRFLOW_VAR_", "AIRFLOW_CONN_"


@dataclass(frozen=True)
class Need:
    """One environment variable, what it is, and the DAGs that read it."""

    name: str
    what: str
    dags: tuple[str, ...]


def needs(written: Written) -> list[Need]:
    """All of them, by name."""
    sources = FolderSources(Folder(Path(written.project.root)))
    readers: dict[tuple[str, str], set[str]] = {}
    for dag_id, dag in written.dags.items():
        for name, what in _of(of_dag(dag, sources)):
            readers.setdefault((name, what), set()).add(dag_id)
    for name, dags in written.tables.items():
        readers[name, "place of tables"] = set(dags)
    return [Need(name, what, tuple(sorted(dags))) for (name, what), dags in sorted(readers.items())]


def _of(found: Inventory) -> Iterable[tuple[str, str]]:
    for name in found.environment:
        if not name.startswith((VARIABLE, CONNECTION)):
            yield name, "environment variable"
    for name in found.variables:
        yield f"{VARIABLE}{name.upper()}", f"Variable `{name}`"
    for name in (*found.connections, *found.default_connections):
        yield f"{CONNECTION}{name.upper()}", f"connection `{name}`"
