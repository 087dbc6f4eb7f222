"""`migrate import`: phase 1, every DAG as a Dagster job today, unchanged."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.emit.write import Change
    from migrator.findings import Finding
    from migrator.ir import Project
    from migrator.manifest import Manifest


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the new project.")
@click.option("--airflow-python", metavar="PY", help="Interpreter that has the DAGs' Airflow.")
@click.option(
    "--mode",
    type=click.Choice(["interpreter", "in-process"]),
    default="interpreter",
    show_default=True,
    help="Where tasks run: in that Airflow, or (Airflow 2 only) inside Dagster through dagster-airflow.",
)
@click.option(
    "--dag",
    "dag_ids",
    multiple=True,
    metavar="ID",
    help="Only this DAG, and those that are there already. Repeatable.",
)
@click.option("--force", is_flag=True, help="Overwrite files that were edited since they were written.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option("--no-verify", is_flag=True, help="Do not load the written project in Dagster.")
def command(
    paths: tuple[Path, ...],
    out: Path,
    airflow_python: str | None,
    mode: str,
    dag_ids: tuple[str, ...],
    force: bool,
    dry_run: bool,
    no_verify: bool,
) -> None:
    """Write a Dagster project in --out in which every DAG under PATHS is a job, and no DAG file is changed.

    Each task is an op that runs the original task; Airflow applies trigger rules, branches and mapping,
    Dagster schedules and retries. What is lost is told as findings. Afterwards Dagster loads the project.

    \b
    Examples:
      migrate import dags/ --out dagster_jobs --airflow-python /opt/airflow/bin/python
      migrate import dags/ --out dagster_jobs --mode in-process --dry-run

    Exit status: 0 done, 1 the project does not load or has another graph, 2 a wrong call.
    """
    from migrator.emit.write import plan_changes, write
    from migrator.phase_one import import_project
    from migrator.phase_one.package import relative
    from migrator.scan import scan_dags
    from migrator.verify.loads import package_name

    package = package_name(out)
    project, findings = scan_dags(list(paths), airflow_python=airflow_python)
    project = _chosen(project, out, dag_ids)
    files, manifest, lost = import_project(
        project, mode=mode, package=package, dags_folder=relative(Path(project.root), out)
    )
    findings = [*findings, *lost]
    if dry_run:
        _show(plan_changes(out, files, manifest))
        _tell(findings, manifest)
        return
    result = write(out, files, manifest, force=force)
    for change in result.kept:
        click.echo(f"kept, as it was edited: {out / change.path} (--force overwrites it)", err=True)
        if change.pending:
            click.echo(_coloured(change.diff), err=True)
    _tell(findings, manifest)
    click.echo(f"{len(result.written)} files written below {out}; README.md there says how to run it")
    if not no_verify:
        _verify(project, manifest, out, (airflow_python if mode == "in-process" else None) or sys.executable)


def _chosen(project: "Project", out: Path, dag_ids: Sequence[str]) -> "Project":
    """The DAGs to import: all, or those that were asked for and those that the project has already."""
    from migrator import manifest as manifests

    there = {dag.dag_id for dag in project.dags}
    if missing := sorted(set(dag_ids) - there):
        known = ", ".join(sorted(there)) or "none"
        raise UsageError(f"no DAG has the id {', '.join(missing)}; there are {known}")
    if not dag_ids:
        return project
    before = manifests.read(out)
    wanted = {*dag_ids, *(before.dags if before else ())}
    return replace(project, dags=tuple(d for d in project.dags if d.dag_id in wanted))


def _show(changes: "Sequence[Change]") -> None:
    for change in changes:
        if change.kind != "unchanged":
            click.echo(f"{change.kind}: {change.path}")
            if change.kind in ("changed", "edited"):
                click.echo(_coloured(change.diff))


def _coloured(text: str) -> str:
    from migrator.emit.diff import coloured

    return coloured(text) if sys.stdout.isatty() else text


def _tell(findings: "Sequence[Finding]", manifest: "Manifest") -> None:
    """Warnings and errors one by one, the rest counted."""
    for finding in findings:
        if finding.reaches("warning"):
            place = f"{finding.origin.file}:{finding.origin.line}"
            of = f"{finding.dag_id}: " if finding.dag_id else ""
            click.echo(f"{place}: {finding.severity} {finding.code} {of}{finding.message}", err=True)
    counts = Counter(finding.severity for finding in findings)
    told = ", ".join(f"{counts[s]} {s}" for s in ("error", "warning", "info") if counts[s]) or "none"
    tasks = sum(len(entry.tasks) for entry in manifest.dags.values())
    dags = f"{len(manifest.dags)} DAG{'s' if len(manifest.dags) != 1 else ''}"
    click.echo(f"{dags} with {tasks} tasks; findings: {told}")


def _verify(project: "Project", manifest: "Manifest", out: Path, python: str) -> None:
    """In process, the DAG files are read when the project loads; it may not know by itself where they are."""
    from migrator.verify.loads import NOT_VERIFIED, has_dagster, load
    from migrator.verify.same_graph import verify

    if not has_dagster(python):
        click.echo(NOT_VERIFIED, err=True)
        return
    verify(project.dags, manifest, load(out, python=python, env={"AIRFLOW_DAGS_FOLDER": project.root}))
    click.echo("verified: Dagster loads it, and its graph is that of the DAGs")
