"""Phase 2: the IR → a Dagster project, a module for each DAG file, and a finding for all that is not one to one."""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrator.convert import naming
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.convert.assets import AssetWriter
    from migrator.convert.decide import Decision, FileDecision
    from migrator.convert.jobs import JobWriter
    from migrator.convert.parts import Lifted, Module
    from migrator.convert.text import DagText, Names
    from migrator.findings import Finding
    from migrator.ir import Dag, Project
    from migrator.manifest import DagEntry, Manifest
    from migrator.plan import Plan

RUNTIME = Path(__file__).parent.parent / "runtime"
RUNTIME_MODULES = (
    "after_execute",
    "alerts",
    "callbacks",
    "checks",
    "clock",
    "connections",
    "context",
    "databases",
    "dataset_events",
    "dataset_history",
    "datasets",
    "dates",
    "dbt",
    "limits",
    "formats",
    "mapping",
    "object_storage",
    "object_store",
    "operators",
    "other_jobs",
    "other_python",
    "generators",
    "landing",
    "outcomes",
    "retries",
    "partition_keys",
    "partition_mappers",
    "sensors",
    "shell",
    "spark",
    "sql_text",
    "state_stores",
    "duckdb_tables",
    "partition_rows",
    "tables",
    "templates",
    "triggers",
)
THEIR_IMPORTS = {
    "after_execute": ("dataset_events",),
    "callbacks": ("dates",),
    "databases": ("connections", "sql_text"),
    "dataset_history": ("dataset_events",),
    "datasets": ("dataset_events", "dataset_history"),
    "mapping": ("outcomes",),
    "object_storage": ("connections",),
    "object_store": ("connections",),
    "other_jobs": ("dates", "sensors"),
    "partition_keys": ("dataset_events", "dataset_history", "datasets", "partition_mappers"),
    "spark": ("connections",),
    "state_stores": ("dataset_events",),
    "duckdb_tables": ("partition_rows",),
    "tables": ("partition_rows",),
    "triggers": ("dates",),
}


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
    project: "Project",
    plan: "Plan",
    lifts: Lifts,
    *,
    name: str,
    airflow3: bool = False,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Conversion:
    """Every DAG of the project, at the highest level that keeps what it does. `name`: of the new package.

    `jobs` processes work at it; `progress` is told how much of it is done.
    """
    from migrator.convert import io_managers, read_elsewhere, resources
    from migrator.convert.decide import lift_file, refuse_twins, step_names
    from migrator.convert.names import job_names, module_names
    from migrator.convert.origin import traced
    from migrator.convert.others import Others, asked_for
    from migrator.convert.pages import Written, project_files
    from migrator.convert.parts import processes, together
    from migrator.findings import in_order
    from migrator.manifest import Manifest

    setting = _Setting(project, plan, lifts, airflow3)
    paths = sorted({dag.origin.file for dag in project.dags})
    tick = _Ticker(2 * len(paths), progress)
    with processes(_parts(setting, paths, jobs), project) as parts:
        decisions = tick.sorted(together([part.decide() for part in parts]))
        refused = refuse_twins(decisions)
        assets = [d.dag for file in decisions for d in file.dags if d.level == "asset"]
        steps = {name: dag.dag_id for dag in assets for name in step_names(dag)}
        modules, names = module_names(paths), job_names(project.dags, steps)
        shared = _Shared(modules, names, _crowded(decisions, names), asked_for(decisions))
        written = tick.sorted(together([part.write(refused, shared) for part in parts]))
    files: dict[str, str] = {}
    entries: dict[str, DagEntry] = {}
    findings: list[Finding] = []
    for decision, made in zip(decisions, written, strict=True):
        files[f"defs/{modules[made.path]}.py"] = made.text
        entries |= made.entries
        findings += made.findings
        if made.lifted:
            lift_file(decision, made.lifted)
    others = Others({d.dag.dag_id: d for file in decisions for d in file.dags}, entries, airflow3)
    files = {path: read_elsewhere.resolve(others.resolve(text), entries) for path, text in files.items()}
    findings += read_elsewhere.findings(decisions, plan, entries)
    findings += [f for file in decisions for d in file.dags if d.level != "lift" for f in others.findings(d)]
    manifest = Manifest(airflow=project.airflow, dags=traced(entries, project.dags))
    files |= _library(files, [made.path for made in written if made.placed], Path(project.root))
    files |= resources.files(decisions)
    files |= io_managers.files(decisions, plan)
    files |= _shared_files(files, lifts)
    told = in_order(findings)
    tables = io_managers.variables(decisions, plan)
    files |= project_files(Written(name, project, manifest, files, told, lifts.folder, tables))
    return Conversion(files, manifest, told)


@dataclass(frozen=True)
class _Setting:
    """What is the same for all files, and known before the first of them is looked at."""

    project: "Project"
    plan: "Plan"
    lifts: Lifts
    airflow3: bool


@dataclass(frozen=True)
class _Shared:
    """What modules have to know of each other. `modules` by file, `jobs` by DAG."""

    modules: Mapping[str, str]
    jobs: Mapping[str, str]
    crowded: frozenset[str]
    asked: frozenset[str]


class _Ticker:
    """Counts what is done."""

    def __init__(self, total: int, told: Callable[[int, int], None] | None) -> None:
        self.total, self.told, self.done = total, told, 0

    def sorted(self, found: "Iterable[Any]") -> "list[Any]":
        """All of them, by their path."""
        kept = []
        for one in found:
            kept.append(one)
            self.done += 1
            if self.told:
                self.told(self.done, self.total)
        return sorted(kept, key=lambda one: str(one.path))


class _Part:
    """Some of the files."""

    def __init__(self, setting: _Setting, paths: Sequence[str]) -> None:
        self.setting, self.paths = setting, paths
        self.decided: list[FileDecision] = []

    def decide(self) -> "Iterator[FileDecision]":
        """What is to become of each."""
        from migrator.convert import alerts, asset_checks, backfills, freshness, io_managers, landing
        from migrator.convert.decide import decide_files

        setting = self.setting
        for one in decide_files(setting.project, setting.plan, self.paths, airflow3=setting.airflow3):
            io_managers.choose(one, setting.plan)
            backfills.choose(one, setting.plan)
            asset_checks.choose(one, setting.plan)
            landing.choose(one, setting.plan)
            freshness.choose(one, setting.plan)
            alerts.choose(one, setting.plan)
            self.decided.append(one)
            yield one

    def write(self, lifted: "Lifted", shared: _Shared) -> "Iterator[Module]":
        """What each becomes."""
        from migrator.convert.decide import lift_file
        from migrator.convert.parts import Module

        setting = self.setting
        given = _Given(setting.plan, setting.lifts, shared.jobs, shared.crowded, shared.asked)
        for file in self.decided:
            if file.path in lifted:
                lift_file(file, lifted[file.path])
            before = file.layout is not None
            text, entries = _module(file, f"defs.{shared.modules[file.path]}", given)
            crashed = file.dags[0].reasons[-1:] if before and file.layout is None else ()
            placed = bool(file.layout and file.source and file.source.placed)
            found = _findings(file, setting.lifts, setting.airflow3)
            yield Module(file.path, text, entries, found, placed, crashed)


def _parts(setting: _Setting, paths: Sequence[str], jobs: int) -> list[_Part]:
    """As many as there are processes for; each has a bit of every folder."""
    from migrator.convert.parts import FEW

    count = max(1, min(jobs, len(paths) // FEW + 1))
    return [_Part(setting, paths[start::count]) for start in range(count)]


def _crowded(decisions: Sequence["FileDecision"], jobs: Mapping[str, str]) -> frozenset[str]:
    """Names that several jobs want for an op, or that a job has: Dagster wants them unique in a location."""
    natives = [d for file in decisions for d in file.dags if d.level == "job"]
    wanted = Counter(n for d in natives for n in _op_names(d))
    return frozenset(n for n, count in wanted.items() if count > 1 or n in jobs.values())


def _op_names(decision: "Decision") -> set[str]:
    """What a job wants to call its ops."""
    from migrator.convert.jobs import fan_name

    fans = {fan_name(s.fan.of) for s in decision.steps if s.fan}
    return {naming.identifier(s.task.task_id) for s in decision.steps} | fans


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
    from migrator.convert.complete import missing
    from migrator.convert.decide import crash, lift_file
    from migrator.errors import MigrateError

    try:
        text, entries = _written(file, module, given)
        ast.parse(text)
        if file.layout and file.source and (gone := missing(text, file.source.text)):
            raise NameError(f"nothing gives {', '.join(gone)} a meaning")
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
    from migrator.convert.dag_factories import Written, dag_factories
    from migrator.convert.layout import own_names
    from migrator.convert.module import ModuleWriter, taken_names
    from migrator.convert.origin import told
    from migrator.convert.regions import paired
    from migrator.convert.text import Names

    steps = [step for decision in file.dags for step in decision.steps]
    own = own_names(file.source, file.layout)
    names = Names(taken_names(own, steps), file.layout.variables, given.crowded, own=own)

    def write(decision: "Decision", names: "Names") -> Written:
        writer = _writer(file, decision, given, names)
        made = writer.write()
        if decision.dag.dag_id in given.asked:
            requests.of_native(made, writer)
        return Written(decision, writer, made)

    factories = dag_factories(file, names, given.jobs, write)
    written = {w.decision.dag.dag_id: w for factory in factories for w in factory.dags}
    for decision in file.dags:
        if decision.level != "lift" and decision.dag.dag_id not in written:
            written[decision.dag.dag_id] = write(decision, names)
    entries |= {i: _entry(w.decision, w.writer, w.made, module) for i, w in written.items()}
    texts = {d.dag.dag_id: written[d.dag.dag_id].made for d in file.dags if d.dag.dag_id in written}
    return told(paired(ModuleWriter(file, texts, calls, factories).write()), file.path), entries


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
    from migrator.convert.beside import Modules
    from migrator.convert.data_files import INIT
    from migrator.convert.import_beside import LIBRARY, needed
    from migrator.scan.folder import Folder

    repository = Modules(Folder(root))
    found = repository.named({path for at, text in modules.items() for path in needed(text, at)})
    for path in placed:
        found |= repository.read_by(path)
    return {**found, f"{LIBRARY}/__init__.py": INIT} if found else {}


def _shared_files(modules: Mapping[str, str], lifts: Lifts) -> dict[str, str]:
    """What the modules have in common, written once."""
    files: dict[str, str] = {}
    used = {m for m in RUNTIME_MODULES if any(f".runtime.{m} import" in text for text in modules.values())}
    used |= {needed for m in used for needed in THEIR_IMPORTS.get(m, ())}
    if used:
        files["runtime/__init__.py"] = '"""What the migrated code calls: small, and this project\'s own."""\n'
        files |= {f"runtime/{m}.py": (RUNTIME / f"{m}.py").read_text(encoding="utf-8") for m in sorted(used)}
    in_airflow = "\n".join(text for text in modules.values() if "from .._airflow import" in text)
    if in_airflow:
        files |= lifts.files(in_airflow)
    return files
