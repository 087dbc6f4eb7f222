"""Reading DAG files: their text, and with `airflow_python` also what the user's own Airflow makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from migrator.errors import UsageError
from migrator.findings import Finding, in_order
from migrator.ir import Dag, Origin, Project, SourceFile
from migrator.ir.outcomes import in_circles
from migrator.scan import files, static
from migrator.scan.folder import Folder
from migrator.scan.quiet import quiet, quiet_once
from migrator.scan.source import Source

Progress = Callable[[str], None]


@quiet_once()
def scan(
    paths: Sequence[Path],
    *,
    airflow_python: str | None = None,
    file_timeout: float | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    loading: Callable[[int, int], None] | None = None,
) -> tuple[Project, list[Finding]]:
    """All DAGs of these files and folders, and what a person should know. Raises UsageError and ProbeError.

    Airflow may take `file_timeout` seconds for a file, and loads `jobs` files at a time; `loading` is told how many
    of how many it has loaded.
    """
    root = files.root_of(paths)
    folder = Folder(root, keep=True)
    chosen, findings = files.find(paths, root)
    named = {Path(p).resolve() for p in paths if p.is_file()}
    dags: list[Dag] = []
    for path in chosen:
        if progress:
            progress(path)
        folder.asked.clear()
        read, found = read_path(folder, path, asked=bool(named) and (root / path).resolve() in named)
        folder.done(path)
        dags += read
        findings += found
    project = Project(str(root), tuple(dags), _files(folder))
    if airflow_python is not None:
        limits: dict[str, Any] = {"file_timeout": file_timeout, "jobs": jobs}
        given = {name: value for name, value in limits.items() if value is not None}
        unnamed = _unnamed(folder, findings)
        project, findings = _ask_airflow(
            project, findings, chosen, airflow_python, unnamed=unnamed, progress=loading, **given
        )
    dags, duplicates = _unique(project.dags)
    return replace(project, dags=tuple(dags)), in_order([*findings, *duplicates])


@quiet()
def read_path(folder: Folder, path: str, *, asked: bool = False) -> tuple[list[Dag], list[Finding]]:
    """The DAGs of one file and what is to be said of it. A file that was `asked` for by name is always read."""
    source = folder.source(path)
    findings = _problems(source)
    if not (asked or files.holds_dags(source)):
        return [], findings
    dags, found = _read(folder, source, asked)
    return dags, [*findings, *found]


def scan_dags(paths: Sequence[Path], *, airflow_python: str | None = None) -> tuple[Project, list[Finding]]:
    """As `scan`, for a command that writes something for each DAG. Raises UsageError where there is none."""
    project, findings = scan(paths, airflow_python=airflow_python)
    circles = {dag.dag_id: found for dag in project.dags if (found := in_circles(dag))}
    for dag in project.dags:
        if dag.dag_id in circles:  # no Airflow loads it
            text = f"a cycle of {', '.join(circles[dag.dag_id])}"
            findings.append(Finding("CF006", text, dag.origin, dag.dag_id))
    project = replace(project, dags=tuple(dag for dag in project.dags if dag.dag_id not in circles))
    if not project.dags:
        shown = " ".join(map(str, paths))
        raise UsageError(f"there is no DAG in {shown}; `migrate scan` says what was read")
    return project, findings


def _problems(source: Source) -> list[Finding]:
    if source.problem is not None:
        return [source.problem]
    empty = not (source.text or "").strip() and not source.path.endswith("__init__.py")
    return [Finding("SC030", "the file is empty", Origin(source.path))] if empty else []


def _read(folder: Folder, source: Source, alone: bool) -> tuple[list[Dag], list[Finding]]:
    try:
        return static.read_file(folder, source, alone=alone)
    except MemoryError:  # no fault: whoever set the limit says so
        raise
    except Exception as error:  # a fault of the scanner in one file must not cost the others
        message = f"the scanner itself failed on this file: {type(error).__name__}"
        return [], [Finding("SC032", message, Origin(source.path))]


def _unique(dags: Sequence[Dag]) -> tuple[list[Dag], list[Finding]]:
    """One DAG per id, by id. Where files import each other's DAGs, the file that defines one keeps it."""
    kept: dict[str, Dag] = {}
    findings: list[Finding] = []
    for dag in dags:
        other = kept.setdefault(dag.dag_id, dag)
        if other is not dag:
            message = f"{other.origin.file}:{other.origin.line} has a DAG of the same id; Airflow keeps one of the two"
            findings.append(Finding("SC013", message, dag.origin, dag.dag_id))
    return [kept[dag_id] for dag_id in sorted(kept)], findings


def _files(folder: Folder) -> tuple[SourceFile, ...]:
    return tuple(found for _, found in sorted((folder.files or {}).items()))


def _unnamed(folder: Folder, findings: Sequence[Finding]) -> list[tuple[str, Dag]]:
    """The DAGs whose id the text does not tell, as it has them, and what their ids look like."""
    paths = sorted({finding.origin.file for finding in findings if finding.code == "SC010"})
    return [found for path in paths for found in static.unnamed(folder, folder.source(path))]


def _ask_airflow(
    read: Project,
    findings: list[Finding],
    chosen: Sequence[str],
    airflow_python: str,
    unnamed: Sequence[tuple[str, Dag]],
    **limits: Any,
) -> tuple[Project, list[Finding]]:
    from migrator.scan import merge, runtime

    archives = [finding.origin.file for finding in findings if finding.code == "SC031"]
    loaded, failed = runtime.load(Path(read.root), [*chosen, *archives], airflow_python, **limits)
    merged, differences = merge.merge(read, loaded, unnamed)
    packed = {dag.origin.file for dag in merged.dags} & set(archives)
    files = [*merged.files, *(SourceFile(file, None, None) for file in packed)]
    merged = replace(merged, files=tuple(sorted(files, key=lambda f: f.path)))
    return merged, [*merge.unanswered(findings, loaded), *failed, *differences]
