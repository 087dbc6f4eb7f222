"""IO managers that the plan chooses: which files the values of assets are, and where."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from migrator.convert.problem import Problem

if TYPE_CHECKING:
    from migrator.convert.decide import Decision, FileDecision
    from migrator.convert.step import Step
    from migrator.plan import DagPlan, Plan

IMPORT = "from ..io_managers import IO_MANAGERS"
OF_VARIABLE = "env:"
FILE = "io_managers.py"
CLASSES = {"parquet": "ParquetFiles", "csv": "CsvFiles"}


def key(step: "Step") -> str | None:
    """The `io_manager_key` of an asset; None for Dagster's own."""
    return repr(f"{step.io}_io_manager") if step.io else None


def choose(file: "FileDecision", plan: "Plan") -> None:
    """Note on each step what the plan says; what was asked for and cannot be is told."""
    for decision in file.dags:
        _choose(decision, plan.dag(decision.dag.dag_id), plan.io.default)


def _choose(decision: "Decision", entry: "DagPlan", default: str | None) -> None:
    for step in decision.steps:
        task = entry.tasks.get(step.task.task_id)
        asked = (task and task.io) or entry.io
        chosen = asked or default
        if chosen in CLASSES and decision.level == "asset" and not (step.bridged or step.dbt):
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
    names = ", ".join(sorted(CLASSES[one] for one in found))
    rows = [f'    "{one}_io_manager": {CLASSES[one]}(base={_base(plan.io.base)}),' for one in found]
    imports = f"from .runtime.tables import {names}"
    lines = [DOC, "", "import dagster as dg", "", imports, "", "IO_MANAGERS = {", *rows, "}", ""]
    return {FILE: "\n".join(lines)}


def variables(decided: Iterable["FileDecision"], plan: "Plan") -> Mapping[str, tuple[str, ...]]:
    """The variable that says where the tables are, if one does, and the DAGs that have some there."""
    base = plan.io.base or ""
    natives = [d for f in decided for d in f.dags if d.level == "asset"]
    dags = tuple(d.dag.dag_id for d in natives if any(s.io for s in d.steps))
    return {base.removeprefix(OF_VARIABLE): dags} if dags and base.startswith(OF_VARIABLE) else {}


def _base(text: str | None) -> str:
    name = (text or "").removeprefix(OF_VARIABLE)
    return f"dg.EnvVar({name!r})" if name != text else repr(text)


DOC = '''"""Where the values of assets are kept: an IO manager for each kind of file that the plan asks for.

It needs the packages `pandas`, `pyarrow`, `universal-pathlib`, and `s3fs` for `s3://`.
"""'''
