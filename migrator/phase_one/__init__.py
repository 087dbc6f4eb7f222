"""Phase one: every DAG as a Dagster job today, with its DAG file unchanged.

In mode "interpreter" the tasks run in the user's own Airflow, of any version. In mode "in-process" they run
inside Dagster, which needs Airflow 2 and dagster-airflow beside it, and keeps less of what Airflow does.
"""

from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter

from migrator.convert import naming
from migrator.convert.names import job_names, module_names
from migrator.convert.pages.fixed import workspace
from migrator.emit.format import format_files
from migrator.errors import UsageError
from migrator.findings import Finding, in_order
from migrator.ir import Dag, Project
from migrator.ir.parts import with_parts
from migrator.manifest import DagEntry, Manifest, TaskEntry
from migrator.phase_one import in_process, lift, losses, pages
from migrator.phase_one.package import in_process_files, interpreter_files
from migrator.phase_one.timing import Start, start
from migrator.runtime.airflow_names import op_name, op_names

MODES = ("interpreter", "in-process")


def import_project(
    project: Project, *, mode: str, package: str = "dagster_project", dags_folder: str | None = None
) -> tuple[dict[str, str], Manifest, list[Finding]]:
    """The files of the new project, what each DAG became, and what phase one loses.

    `package` is the project's import name, `dags_folder` the way from it to the DAGs. Raises UsageError for
    a mode that the project's Airflow does not have.
    """
    if mode not in MODES:
        raise UsageError(f"{mode!r} is no mode: {' or '.join(MODES)}")
    if mode == "in-process" and (project.airflow or "2").startswith("3."):
        raise UsageError("in-process works with Airflow 2 only; Airflow 3 needs --mode interpreter")
    names = job_names(project.dags) if mode == "interpreter" else in_process.job_names(project.dags)
    modules = module_names(d.origin.file for d in project.dags)
    placed = with_parts(project.dags)
    starts = {dag.dag_id: start(dag, project.airflow, datasets=mode == "interpreter") for dag in placed}
    files = {
        "__init__.py": '"""Airflow DAGs as Dagster jobs, unchanged."""\n',
        "defs/__init__.py": '"""One module for each DAG file."""\n',
        "definitions.py": pages.definitions(list(modules.values())),
        **_modules(project, mode, names, modules, starts),
    }
    files = {
        **format_files(files),
        **(interpreter_files if mode == "interpreter" else in_process_files)(dags_folder),
        "workspace.yaml": workspace(package),
        "README.md": pages.readme(mode, dags_folder),
    }
    entries = {
        d.dag_id: entry(d, names[d.dag_id], f"defs.{modules[d.origin.file]}", starts[d.dag_id])
        for d in project.dags
    }
    if mode == "in-process":
        entries = {name: in_process.named(found) for name, found in entries.items()}
    return files, Manifest(airflow=project.airflow, dags=entries), _findings(project, mode, names, starts)


def _modules(
    project: Project,
    mode: str,
    names: Mapping[str, str],
    modules: Mapping[str, str],
    starts: Mapping[str, Start],
) -> dict[str, str]:
    writer = lift if mode == "interpreter" else in_process
    texts: dict[str, str] = {}
    dags = sorted(project.dags, key=lambda d: (d.origin.file, d.origin.line, d.dag_id))
    for file, group in groupby(dags, key=attrgetter("origin.file")):
        calls = [writer.call(dag, names[dag.dag_id], starts[dag.dag_id]) for dag in group]
        texts[f"defs/{modules[file]}.py"] = pages.module(file, writer.IMPORT, calls)
    return texts


def entry(dag: Dag, job: str, module: str, when: Start) -> DagEntry:
    """What the manifest says of a DAG that runs unchanged."""
    ops = op_names(t.task_id for t in dag.tasks)
    return DagEntry(
        file=dag.origin.file,
        level="lift",
        module=module,
        job=job,
        schedule=f"{job}_{when.automation}" if when.automation else None,
        partitions=when.partitions,
        tasks={t.task_id: TaskEntry("lifted", op=ops[t.task_id]) for t in dag.tasks},
    )


def _findings(
    project: Project, mode: str, names: Mapping[str, str], starts: Mapping[str, Start]
) -> list[Finding]:
    found: list[Finding] = []
    for dag in project.dags:
        found += starts[dag.dag_id].findings
        found += losses.find(dag, mode)
        found += _renamed(dag, names[dag.dag_id]) if mode == "interpreter" else []
    return in_order(found)


def _renamed(dag: Dag, job: str) -> list[Finding]:
    """Where a name is not the plain one, because another id has that."""
    found: list[Finding] = []
    if job not in (dag.dag_id, naming.job(dag.dag_id)):
        found.append(Finding("EN080", f"the job of {dag.dag_id} is called {job}", dag.origin, dag.dag_id))
    ops = op_names(t.task_id for t in dag.tasks)
    for task in dag.tasks:
        if ops[task.task_id] != op_name(task.task_id):
            text = f"the op of {task.task_id} is called {ops[task.task_id]}"
            found.append(Finding("EN080", text, task.origin, dag.dag_id, task.task_id))
    return found
