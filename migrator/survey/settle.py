"""What the files of a project mean for each other: one DAG for each id, one name for each asset.

Files are read alone. Where one has a DAG that an earlier file has as well, or assets whose names are taken, it is
read once more with that knowledge; the order of the paths decides, so that the result does not depend on who was
read first.
"""

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from migrator.convert.decide import twin_text
from migrator.findings import Finding
from migrator.findings.suppress import suppress
from migrator.ir import Origin, SourceFile
from migrator.scan.folder import beginning
from migrator.survey.reading import Job
from migrator.survey.store import Store
from migrator.survey.unit import Row, row

Again = Callable[[Iterable[Job]], None]  # reads these files once more, into the store


def settle(store: Store, root: Path, jobs: dict[str, Job], again: Again) -> None:
    """Brings the store into its final state. `jobs` has each file's job by the path that is printed."""
    _without_duplicates(store, root, jobs, again)
    _without_twins(store, jobs, again)


def _without_duplicates(store: Store, root: Path, jobs: dict[str, Job], again: Again) -> None:
    changed = []
    told: list[Row] = []
    for file, found in sorted(store.duplicates().items()):
        told += _told(store, root, file, found)
        jobs[file] = Job(jobs[file].path, jobs[file].asked, frozenset(dag_id for dag_id, _ in found))
        changed.append(jobs[file])
    again(changed)
    store.add_findings(told)


def _told(store: Store, root: Path, file: str, found: list[tuple[str, str]]) -> list[Row]:
    findings = []
    for dag_id, first in found:
        place = f"{first}:{store.line(dag_id, first)}"
        message = f"{place} has a DAG of the same id; Airflow keeps one of the two"
        findings.append(Finding("SC013", message, Origin(file, store.line(dag_id, file)), dag_id))
    return [row(finding) for finding in suppressed(root, findings)]


def suppressed(root: Path, findings: Iterable[Finding]) -> list[Finding]:
    """Without those that a comment on their line accepts; each file is read once."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.origin.file, []).append(finding)
    return [one for file, found in by_file.items() for one in suppress(found, [_source(root, file)])]


def _source(root: Path, file: str) -> SourceFile:
    try:
        return SourceFile(file, beginning(str(root / file)).decode(errors="replace"), None)
    except OSError:
        return SourceFile(file, None, None)


def _without_twins(store: Store, jobs: dict[str, Job], again: Again) -> None:
    """Dagster wants the steps of all assets to differ: the DAG of the earlier file keeps the name."""
    owners: dict[str, str] = {}
    refused: dict[str, str] = {}
    for (file, dag_id), rows in groupby(store.twins(), key=itemgetter(0, 1)):
        names = [name for *_, name in rows]
        taken = [name for name in names if owners.get(name, dag_id) != dag_id]
        if file not in refused and taken:
            refused[file] = twin_text(owners[taken[0]])
        elif file not in refused:
            owners |= dict.fromkeys(names, dag_id)
    for file, reason in refused.items():
        jobs[file] = Job(jobs[file].path, jobs[file].asked, jobs[file].without, reason)
    again(jobs[file] for file in refused)
