"""IO managers that the plan chooses: which files the values of assets are, and where."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from migrator.convert import naming
from migrator.convert.problem import Problem

if TYPE_CHECKING:
    from migrator.convert.decide import Decision, FileDecision
    from migrator.convert.step import Step
    from migrator.plan import DagPlan, Plan

IMPORT = "from ..io_managers import IO_MANAGERS"
OF_VARIABLE = "env:"
FILE = "io_managers.py"
CLASSES = {"parquet": "ParquetFiles", "csv": "CsvFiles", "duckdb": "DuckDbTables"}
DUCKDB = "duckdb"
MODULES = {DUCKDB: "duckdb_tables"}  # of the others: tables
PACKAGES = {DUCKDB: ("dagster-duckdb-pandas",)}
FILE_PACKAGES = ("pandas", "pyarrow", "universal-pathlib")
SQL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def key(step: "Step") -> str | None:
    """The `io_manager_key` of an asset; None for Dagster's own."""
    return repr(f"{step.io}_io_manager") if step.io else None


def metadata(step: "Step", partitions: bool) -> Mapping[str, str]:
    """What an IO manager has to know of an asset."""
    found = {}
    if step.io == DUCKDB and partitions:
        found["partition_expr"] = repr("partition_start")
    if step.partition_column and partitions:
        found["partition_column"] = repr(step.partition_column)
    return found


def choose(file: "FileDecision", plan: "Plan") -> None:
    """Note on each step what the plan says; what was asked for and cannot be is told."""
    for decision in file.dags:
        _choose(decision, plan.dag(decision.dag.dag_id), plan.io.default)


def _choose(decision: "Decision", entry: "DagPlan", default: str | None) -> None:
    for step in decision.steps:
        task = entry.tasks.get(step.task.task_id)
        asked = (task and task.io) or entry.io
        chosen = asked or default
        if chosen == DUCKDB and (why := _no_table(decision, step, task.asset if task else None)):
            decision.notes.append(Problem("EN073", f"{step.task.task_id}: {why}", step.task.origin.line))
        elif chosen in CLASSES and decision.level == "asset" and not (step.bridged or step.dbt):
            step.io = chosen
            step.body.imports.add(IMPORT)
        elif asked in CLASSES and decision.level != "lift":
            what = "runs in Airflow" if step.bridged else "is dbt's" if step.dbt else "is an op"
            text = f"{step.task.task_id}: {what}, so its value is not kept as {asked}"
            decision.notes.append(Problem("EN060", text, step.task.origin.line))


def files(decided: Iterable["FileDecision"], plan: "Plan") -> Mapping[str, str]:
    """The module of all IO managers of a project, where the plan chooses any."""
    steps = [s for f in decided for d in f.dags if d.level == "asset" for s in d.steps]
    found = sorted({s.io for s in steps if s.io})
    if not found:
        return {}
    modules: dict[str, list[str]] = {}
    for one in found:
        modules.setdefault(MODULES.get(one, "tables"), []).append(CLASSES[one])
    imports = [
        f"from .runtime.{name} import {', '.join(sorted(classes))}"
        for name, classes in sorted(modules.items())
    ]
    rows = [f'    "{one}_io_manager": {CLASSES[one]}({_place(one, plan)}),' for one in found]
    packages = sorted({package for one in found for package in PACKAGES.get(one, FILE_PACKAGES)})
    doc = DOC.format(packages=", ".join(f"`{package}`" for package in packages))
    doc = doc.replace('.\n"', ', and `s3fs` for `s3://`.\n"') if "tables" in modules else doc
    lines = [doc, "", "import dagster as dg", "", *imports, "", "IO_MANAGERS = {", *rows, "}", ""]
    return {FILE: "\n".join(lines)}


def _place(kind: str, plan: "Plan") -> str:
    return f"database={_text(plan.io.database)}" if kind == DUCKDB else f"base={_text(plan.io.base)}"


def _no_table(decision: "Decision", step: "Step", label: str | None) -> str | None:
    """Why its value is no table of DuckDB, where it cannot be one."""
    key = naming.path(step.task)
    names = [decision.dag.dag_id, label or key[-1]]
    if len(key) > 1:
        return "its key has more than a schema and a table"
    if bad := [name for name in names if not SQL_NAME.fullmatch(naming.key_part(name))]:
        return f"{bad[0]!r} is no name of a schema or table"
    timing = decision.timing
    if (
        timing.partitions
        and timing.name not in ("daily", "weekly", "monthly")
        and 'timezone="UTC"' not in timing.partitions
    ):
        return "hours of a zone with clock changes do not tell its partitions apart"
    return None


def variables(decided: Iterable["FileDecision"], plan: "Plan") -> Mapping[str, tuple[str, ...]]:
    """The variables that say where the tables are, and the DAGs that have some there."""
    natives = [d for f in decided for d in f.dags if d.level == "asset"]
    found: dict[str, tuple[str, ...]] = {}
    for kind in CLASSES:
        place = (plan.io.database if kind == DUCKDB else plan.io.base) or ""
        dags = {d.dag.dag_id for d in natives if any(s.io == kind for s in d.steps)}
        if dags and place.startswith(OF_VARIABLE):
            name = place.removeprefix(OF_VARIABLE)
            found[name] = tuple(sorted({*found.get(name, ()), *dags}))
    return found


def _text(text: str | None) -> str:
    name = (text or "").removeprefix(OF_VARIABLE)
    return f"dg.EnvVar({name!r})" if name != text else repr(text)


DOC = '''"""Where the values of assets are kept: an IO manager for each kind that the plan asks for.

It needs the packages {packages}.
"""'''
