"""The two projects of the demo, written and verified as `migrate import` and `migrate convert` do it."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from migrator.convert import convert_project
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.findings import Finding
from migrator.ir import Project
from migrator.manifest import Manifest
from migrator.phase_one import import_project
from migrator.phase_one.lifts import lifts
from migrator.phase_one.package import relative
from migrator.plan import Plan
from migrator.verify.loads import load
from migrator.verify.same_graph import verify


@dataclass(frozen=True)
class Written:
    """A project on disk; `kept` are the files that a person has edited since an earlier demo."""

    folder: Path
    manifest: Manifest
    findings: list[Finding]
    kept: tuple[str, ...] = ()

    def moved_to(self, folder: Path) -> "Written":
        """The same project in another folder."""
        return replace(self, folder=folder)


def write_phase_one(project: Project, out: Path) -> Written:
    """Every DAG as a Dagster job, unchanged."""
    files, manifest, findings = import_project(
        project, mode="interpreter", package=out.name, dags_folder=relative(Path(project.root), out)
    )
    return _write(project, out, files, manifest, findings)


def write_phase_two(project: Project, plan: Plan, out: Path) -> Written:
    """Every DAG as native Dagster code."""
    way = relative(Path(project.root), out)
    made = convert_project(project, plan, lifts(project, way), name=out.name)
    modules = {path: text for path, text in made.files.items() if path.startswith("defs/")}
    files = {**made.files, **format_files(modules)}
    return _write(project, out, files, made.manifest, made.findings)


def _write(
    project: Project, out: Path, files: dict[str, str], manifest: Manifest, findings: list[Finding]
) -> Written:
    done = write(out, files, manifest)
    if not done.kept:  # what a person has edited is for the comparison to judge
        verify(project.dags, manifest, load(out))
    return Written(out, manifest, findings, tuple(change.path for change in done.kept))


def copy(project: Path, to: Path) -> None:
    """A project in another folder, without what running it has left behind."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(project, to, ignore=shutil.ignore_patterns("__pycache__"))
