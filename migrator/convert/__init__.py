"""Phase 2: the IR → a Dagster project, a module for each DAG file, and a finding for all that is not one to one."""

import ast
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.convert import naming
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.convert.assets import AssetWriter
    from migrator.convert.decide import Decision, FileDecision
    from migrator.convert.jobs import JobWriter
    from migrator.convert.text import DagText, Names
    from migrator.findings import Finding
    from migrator.ir import Dag, Project
    from migrator.manifest import DagEntry, Manifest
    from migrator.plan import Plan

RUNTIME = Path(__file__).parent.parent / "runtime"
RUNTIME_MODULES = (
    "callbacks",
    "clock",
    "connections",
    "datasets",
    "dates",
    "limits",
    "other_jobs",
    "outcomes",
    "sensors",
    "shell",
    "templates",
    "triggers",
)
THEIR_IMPORTS = {"callbacks": ("dates",), "other_jobs": ("dates", "sensors"), "triggers": ("dates",)}


@dataclass(frozen=True)
class Lifts:
    """How a DAG that is not native is written: given by phase 1, which is a layer above."""

    render: Callable[["Dag", str], str]  # with its job's name: the expression that makes its definitions
    entry: Callable[["Dag", str, str], "DagEntry"]  # with job and module: what the manifest says of it
    findings: Callable[["Dag"], "list[Finding]"]  # what is lost
    files: Callable[[str], Mapping[str, str]]  # the runtime for modules with this text, by path
    folder: str | None = None  # the way from the new project to the DAGs


@dataclass(frozen=True)
class Conversion:
    """The files of the new project by path, unformatted, and what a person should know."""

    files: Mapping[str, str]
    manifest: "Manifest"
    findings: "list[Finding]"


def convert_project(
    project: "Project", plan: "Plan", lifts: Lifts, *, name: str, airflow3: bool = False
) -> Conversion:
    """Every DAG of the project, at the highest level that keeps what it does. `name`: of the new package."""
    from migrator.convert.decide import decide_project, step_names
    from migrator.convert.names import job_names, module_names
    from migrator.convert.origin import traced
    from migrator.convert.others import Others, asked_for
    from migrator.convert.pages import Written, project_files
    from migrator.findings import in_order
    from migrator.manifest import Manifest

    decisions = decide_project(project, plan, airflow3=airflow3)
    assets = [d.dag for file in decisions for d in file.dags if d.level == "asset"]
    steps = {name: dag.dag_id for dag in assets for name in step_names(dag)}
    modules, jobs = module_names(d.path for d in decisions), job_names(project.dags, steps)
    given = _Given(plan, lifts, jobs, _crowded(decisions, jobs), asked_for(decisions))
    files: dict[str, str] = {}
    entries: dict[str, DagEntry] = {}
    findings: list[Finding] = []
    for decision in decisions:
        text, made = _module(decision, f"defs.{modules[decision.path]}", given)
        files[f"defs/{modules[decision.path]}.py"] = text
        entries |= made
        findings += _findings(decision, lifts, airflow3)
    others = Others({d.dag.dag_id: d for file in decisions for d in file.dags}, entries, airflow3)
    files = {path: others.resolve(text) for path, text in files.items()}
    findings += [f for file in decisions for d in file.dags if d.level != "lift" for f in others.findings(d)]
    manifest = Manifest(airflow=project.airflow, dags=traced(entries, project.dags))
    placed = [d.path for d in decisions if d.layout and d.source and d.source.placed]
    files |= _library(files, placed, Path(project.root))
    files |= _shared_files(files, lifts)
    told = in_order(findings)
    files |= project_files(Written(name, project, manifest, files, told, lifts.folder))
    return Conversion(files, manifest, told)


def _crowded(decisions: Sequence["FileDecision"], jobs: Mapping[str, str]) -> frozenset[str]:
    """Names that several jobs want for an op, or that a job has: Dagster wants them unique in a location."""
    natives = [d for file in decisions for d in file.dags if d.level == "job"]
    wanted = Counter(n for d in natives for n in {naming.identifier(s.task.task_id) for s in d.steps})
    return frozenset(n for n, count in wanted.items() if count > 1 or n in jobs.values())


@dataclass(frozen=True)
class _Given:
    """What writing a module needs beside its file."""

    plan: "Plan"
    lifts: Lifts
    jobs: Mapping[str, str]
    crowded: frozenset[str]
    asked: frozenset[str]  # DAGs of which others ask for runs


def _module(file: "FileDecision", module: str, given: _Given) -> tuple[str, "dict[str, DagEntry]"]:
    """The text of the module, and what the manifest says of its DAGs. A crash lifts the file."""
    from migrator.convert.decide import crash, lift_file
    from migrator.errors import MigrateError

    try:
        text, entries = _written(file, module, given)
        ast.parse(text)
        return text, entries
    except MigrateError:
        raise
    except Exception as error:  # a fault of ours in one file must not cost the others
        lift_file(file, [crash(error)])
        return _written(file, module, given)


def _written(file: "FileDecision", module: str, given: _Given) -> tuple[str, "dict[str, DagEntry]"]:
    from migrator.convert import requests

    lifted = [(d.dag, given.jobs[d.dag.dag_id]) for d in file.dags if d.level == "lift"]
    entries = {dag.dag_id: given.lifts.entry(dag, job, module) for dag, job in lifted}
    calls = [given.lifts.render(dag, job) for dag, job in lifted]
    calls += [requests.of_lifted(dag, job) for dag, job in lifted if dag.dag_id in given.asked]
    if file.layout is None or file.source is None:
        return _lifted_module(file, calls), entries
    from migrator.convert.module import ModuleWriter, taken_names
    from migrator.convert.origin import told
    from migrator.convert.text import Names

    names = Names(taken_names(file.source, file.layout), file.layout.variables, given.crowded)
    texts = {}
    for decision in file.dags:
        if decision.level != "lift":
            writer = _writer(file, decision, given, names)
            texts[decision.dag.dag_id] = made = writer.write()
            if decision.dag.dag_id in given.asked:
                requests.of_native(made, writer)
            entries[decision.dag.dag_id] = _entry(decision, writer, made, module)
    return told(ModuleWriter(file, texts, calls).write(), file.path), entries


def _writer(
    file: "FileDecision", decision: "Decision", given: _Given, names: "Names"
) -> "AssetWriter | JobWriter":
    from migrator.convert.assets import AssetWriter
    from migrator.convert.factories import Factories
    from migrator.convert.jobs import JobWriter

    dag_id = decision.dag.dag_id
    assert file.ground is not None and file.layout is not None
    factories = Factories(file.ground, file.layout, names)
    if decision.level == "asset":
        return AssetWriter(decision, given.jobs[dag_id], given.plan.dag(dag_id), names, factories)
    return JobWriter(decision, given.jobs[dag_id], names, factories)


def _lifted_module(file: "FileDecision", calls: Sequence[str]) -> str:
    from migrator.convert.requests import lifted_imports
    from migrator.convert.text import docstring, item

    reasons = sorted({f"{p.code}: {p.message}" for d in file.dags for p in d.reasons})
    told = "\n".join(["", "Not native yet:", *map(item, reasons), ""])
    doc = docstring(f"`{file.path}` runs unchanged in the Airflow interpreter.\n{told}")
    imports = "\n".join(sorted(lifted_imports(calls)))
    if len(calls) == 1:
        return f"{doc}\n\n{imports}\n\ndefs = {calls[0]}\n"
    merged = ", ".join(calls)
    return f"{doc}\n\nimport dagster as dg\n\n{imports}\n\ndefs = dg.Definitions.merge({merged},)\n"


def _entry(
    decision: "Decision", writer: "AssetWriter | JobWriter", made: "DagText", module: str
) -> "DagEntry":
    from migrator.manifest import DagEntry

    dag = decision.dag
    return DagEntry(
        file=dag.origin.file,
        level=decision.level,
        module=module,
        job=writer.job_name,
        schedule=f"{writer.job_name}_schedule" if made.schedules else None,
        partitions=decision.timing.kind,
        tasks={s.task.task_id: writer.entry(s) for s in decision.steps},
    )


def _findings(file: "FileDecision", lifts: Lifts, airflow3: bool) -> "list[Finding]":
    from migrator.convert.notes import of_decision

    found: list[Finding] = []
    for decision in file.dags:
        if decision.level == "lift":
            found += [p.finding(decision.dag) for p in decision.reasons]
            found += lifts.findings(decision.dag)
        else:
            found += [p.finding(decision.dag) for p in of_decision(decision, airflow3=airflow3)]
    return found


def _library(modules: Mapping[str, str], placed: Sequence[str], root: Path) -> dict[str, str]:
    """What these modules use of the DAG repository. `placed`: DAG files of which one reads files beside itself."""
    from migrator.convert.beside import LIBRARY, Modules, needed
    from migrator.convert.data_files import INIT
    from migrator.scan.folder import Folder

    repository = Modules(Folder(root))
    found = repository.named({path for at, text in modules.items() for path in needed(text, at)})
    for path in placed:
        found |= repository.read_by(path)
    return {**found, f"{LIBRARY}/__init__.py": INIT} if found else {}


def _shared_files(modules: Mapping[str, str], lifts: Lifts) -> dict[str, str]:
    """What the modules have in common, written once."""
    files: dict[str, str] = {}
    used = {
        m for m in RUNTIME_MODULES if any(f"from ..runtime.{m} import" in text for text in modules.values())
    }
    used |= {needed for m in used for needed in THEIR_IMPORTS.get(m, ())}
    if used:
        files["runtime/__init__.py"] = '"""What the migrated code calls: small, and this project\'s own."""\n'
        files |= {f"runtime/{m}.py": (RUNTIME / f"{m}.py").read_text(encoding="utf-8") for m in sorted(used)}
    in_airflow = "\n".join(text for text in modules.values() if "from .._airflow import" in text)
    if in_airflow:
        files |= lifts.files(in_airflow)
    return files
