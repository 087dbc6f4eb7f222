"""`migrate convert`: phase 2, every DAG as native Dagster code where that keeps what it does."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.convert import Conversion
    from migrator.emit.write import Change
    from migrator.findings import Finding
    from migrator.ir import Project
    from migrator.manifest import Manifest
    from migrator.plan import Plan


@click.command("convert")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The new project's package folder.",
)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="migrate.yaml: names, layers, levels.",
)
@click.option(
    "--dag",
    "dag_ids",
    multiple=True,
    metavar="ID",
    help="Only the files of these DAGs; the others stay as they are. Repeatable.",
)
@click.option(
    "--airflow-python",
    metavar="PY",
    help="Interpreter that has the DAGs' Airflow: what it loads is the truth.",
)
@click.option(
    "--airflow-version",
    type=click.Choice(["2", "3"]),
    help="Whose meaning a bare cron schedule has.  [default: that of --airflow-python, else 2]",
)
@click.option(
    "--level",
    type=click.Choice(["asset", "job", "lift"]),
    help="The highest level of a DAG; a plan that names one has its way.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many processes; the output is the same.  [default: one for each core]",
)
@click.option("--diff", is_flag=True, help="Show what would change; write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if something would change. For CI.")
@click.option("--force", is_flag=True, help="Overwrite files that were edited since they were written.")
@click.option(
    "--no-verify", is_flag=True, help="Do not load the written project in Dagster, nor compare its graph."
)
def command(
    paths: tuple[Path, ...],
    out: Path,
    plan_file: Path | None,
    dag_ids: tuple[str, ...],
    airflow_python: str | None,
    airflow_version: str | None,
    level: str | None,
    jobs: int | None,
    diff: bool,
    check: bool,
    force: bool,
    no_verify: bool,
) -> None:
    """Rewrite the DAGs under PATHS as a Dagster project in the folder --out.

    One DAG file becomes one module. A DAG lands as assets, as a job of ops (branches, trigger rules), or, where a
    construct has no native form, as a job that runs it unchanged in the Airflow interpreter; findings say why.
    A file that was edited since it was written is kept, and shown as a diff. Afterwards Dagster loads the project,
    and its graph is compared with that of the DAGs.

    \b
    Examples:
      migrate convert dags/ --out my_project
      migrate convert dags/ --out my_project --plan migrate.yaml --diff
      migrate convert dags/ --out my_project --dag orders --level job
      migrate convert dags/orders.py --out my_project --airflow-python ~/airflow/bin/python
      migrate convert dags/ --out my_project --check

    Exit status: 0 done, 1 the project does not load, has another graph, or (--check) would change, 2 a wrong call.
    """
    _check_out(out, paths)
    from migrator import plan as plans
    from migrator.emit.write import plan_changes, write
    from migrator.ir.schedule import is_airflow3
    from migrator.scan import scan_dags

    project, findings = scan_dags(list(paths), airflow_python=airflow_python)
    _known(project, dag_ids)
    plan = plans.read(plan_file)
    _check_plan(project, plan, plan_file)
    if airflow_version:
        project = replace(project, airflow=project.airflow or airflow_version)
    if level in ("job", "lift"):  # asset is what everything becomes that can
        plan = _at_level(plan, level, dag_ids or [dag.dag_id for dag in project.dags])
    conversion = _converted(project, plan, out, airflow3=is_airflow3(project.airflow), jobs=jobs)
    files, manifest = _selected(conversion, project, out, dag_ids)
    changes = plan_changes(out, files, manifest)
    if diff or check:
        _show(changes, diff=diff)
        sys.exit(1 if check and any(c.pending for c in changes) else 0)
    try:
        result = write(out, files, manifest, force=force)
    except OSError as error:
        raise UsageError(f"{error.filename or out} cannot be written: {error.strerror}") from error
    for change in result.kept:
        click.echo(f"kept, as it was edited: {out / change.path} (--force overwrites it)", err=True)
        click.echo(_coloured(change.diff), err=True)
    _tell(project, manifest, [*findings, *conversion.findings], out, len(result.written))
    if not no_verify:
        _verify(project, manifest, out)


def _check_out(out: Path, paths: Sequence[Path]) -> None:
    """Raises UsageError for a folder that nothing can be written to, before anything is read."""
    place = out.resolve()
    if not place.name.isidentifier() or iskeyword(place.name):
        raise UsageError(f"{out.name!r} is no name for a Python package: give --out another last part")
    from migrator.verify.loads import package_name

    package_name(out)
    for path in paths:
        if place.is_relative_to(path.resolve()):
            raise UsageError(
                f"{out} is inside of {path}, where Airflow would read it as DAGs: give another folder"
            )
    there = next(p for p in (place, *place.parents) if p.exists())
    if not there.is_dir():
        raise UsageError(f"{there} is not a folder")
    if not os.access(there, os.W_OK):
        raise UsageError(f"{there} cannot be written to")


def _at_level(plan: "Plan", level: str, dag_ids: Sequence[str]) -> "Plan":
    """The plan with a level for these DAGs, but for those of which it says one."""
    wanted = {
        dag_id: plan.dag(dag_id).model_copy(update={"level": level})
        for dag_id in dag_ids
        if plan.dag(dag_id).level is None
    }
    return plan.model_copy(update={"dags": {**plan.dags, **wanted}})


def _known(project: "Project", wanted: Sequence[str]) -> None:
    there = {dag.dag_id for dag in project.dags}
    if missing := sorted(set(wanted) - there):
        found = ", ".join(sorted(there)) or "none"
        raise UsageError(f"no DAG has the id {', '.join(missing)}; there are {found}")


def _check_plan(project: "Project", plan: "Plan", plan_file: Path | None) -> None:
    """A DAG of the plan may be outside of PATHS; a task that its DAG has not is a mistake."""
    from migrator.errors import PlanError

    dags = {dag.dag_id: {t.task_id for t in dag.tasks} for dag in project.dags}
    for dag_id, entry in plan.dags.items():
        if dag_id not in dags:
            click.echo(f"{plan_file}: {dag_id} is not among the DAGs of these paths", err=True)
        elif missing := sorted(entry.tasks.keys() - dags[dag_id]):
            found = ", ".join(sorted(dags[dag_id]))
            raise PlanError(f"{plan_file}: {dag_id} has no task {', '.join(missing)}; it has {found}")


def _converted(
    project: "Project", plan: "Plan", out: Path, *, airflow3: bool, jobs: int | None
) -> "Conversion":
    from migrator.cli._progress import progress
    from migrator.convert import convert_project
    from migrator.emit.format import format_files
    from migrator.phase_one.lifts import lifts
    from migrator.phase_one.package import relative
    from migrator.scan.quiet import quiet_once

    with progress("converting") as told, quiet_once():
        made = convert_project(
            project,
            plan,
            lifts(project, relative(Path(project.root), out)),
            name=out.resolve().name,
            airflow3=airflow3,
            jobs=jobs or os.cpu_count() or 1,
            progress=told,
        )
    return replace(made, files=format_files(made.files))


def _selected(
    conversion: "Conversion", project: "Project", out: Path, dag_ids: tuple[str, ...]
) -> "tuple[dict[str, str], Manifest]":
    """The files to write; with --dag, those of other DAGs as the project has them now."""
    from migrator import manifest as manifests

    before = manifests.read(out)
    if not dag_ids or before is None:
        return dict(conversion.files), conversion.manifest
    wanted = {d.origin.file for d in project.dags if d.dag_id in dag_ids}
    now = conversion.manifest.dags
    names = {e.module.rpartition(".")[2] for e in now.values() if e.file in wanted}
    modules = {path for name in names for path in (f"defs/{name}.py", f"tests/test_{name}.py")}
    kept = {p: (out / p).read_text(encoding="utf-8") for p in before.files if (out / p).exists()}
    files = {
        p: t
        for p, t in conversion.files.items()
        if p in modules or not p.startswith(("defs/", "tests/test_")) or p not in kept
    }
    entries = {**before.dags, **{d: e for d, e in now.items() if e.file in wanted or d not in before.dags}}
    return {**kept, **files}, replace(conversion.manifest, dags=entries)


def _show(changes: "Sequence[Change]", *, diff: bool) -> None:
    for change in changes:
        if change.pending:
            click.echo(f"{change.kind}: {change.path}", err=True)
            if diff:
                click.echo(_coloured(change.diff))


def _coloured(text: str) -> str:
    from migrator.emit.diff import coloured

    return coloured(text) if sys.stdout.isatty() else text


def _tell(
    project: "Project", manifest: "Manifest", findings: "Sequence[Finding]", out: Path, written: int
) -> None:
    from collections import Counter

    for finding in findings:
        if finding.reaches("warning"):
            place = f"{finding.origin.file}:{finding.origin.line}"
            of = f"{finding.dag_id}: " if finding.dag_id else ""
            click.echo(f"{place}: {finding.severity} {finding.code} {of}{finding.message}", err=True)
    levels = Counter(entry.level for entry in manifest.dags.values())
    tasks = Counter(t.disposition for entry in manifest.dags.values() for t in entry.tasks.values())
    click.echo(
        f"{len(manifest.dags)} DAGs: {levels['asset']} as assets, {levels['job']} as jobs of ops, "
        f"{levels['lift']} unchanged in Airflow; {sum(tasks.values())} tasks: "
        + ", ".join(f"{count} {name}" for name, count in sorted(tasks.items()))
    )
    click.echo(f"{written} files written below {out}; migration.json maps each task to what it became")


def _verify(project: "Project", manifest: "Manifest", out: Path) -> None:
    from migrator.errors import VerificationError
    from migrator.verify.loads import NOT_VERIFIED, has_dagster, load
    from migrator.verify.same_graph import check

    if not has_dagster():
        click.echo(NOT_VERIFIED, err=True)
        return
    if differences := check(project.dags, manifest, load(out)):
        raise VerificationError(
            "the written project is not the graph of the DAGs:\n" + "\n".join(differences)
        )
    click.echo("verified: Dagster loads it, and its graph is that of the DAGs")
