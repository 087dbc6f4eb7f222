"""Who is told of runs that failed and of assets that are stale, as the plan says: two sensors."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrator.convert import naming, text
from migrator.convert.problem import Problem

if TYPE_CHECKING:
    from migrator.convert.decide import Decision, FileDecision
    from migrator.convert.text import DagText, Names
    from migrator.plan import Plan

OF_VARIABLE = "env:"


def choose(file: "FileDecision", plan: "Plan") -> None:
    """Note on each DAG what the plan says; a DAG that runs in Airflow tells people itself."""
    for decision in file.dags:
        asked = plan.dag(decision.dag.dag_id).alert
        if asked and decision.level == "lift":
            told = "the DAG runs in Airflow, so its alert is left out"
            decision.reasons.append(Problem("EN065", told, decision.dag.origin.line))
        else:
            decision.alert = asked


def write(
    decision: "Decision", made: "DagText", job: str, name: str, names: "Names", stale: Sequence[str] = ()
) -> None:
    """The sensors. `stale`: the assets that have a freshness policy."""
    if decision.alert is None:
        return
    tell = _tell(decision.alert, made, names)
    dag_id = repr(decision.dag.dag_id)
    calls = {"failure_alert": ("tell_of_failures", [job, tell, dag_id])}
    if stale:
        calls["stale_alert"] = ("tell_of_stale", [job, text.listed(stale), tell, dag_id])
    for kind, (function, given) in calls.items():
        variable = names.make(f"{name}_{kind}")
        called = names.imported(made, "alerts", function)
        made.after.append(f"{variable} = {text.call(called, given)}")
        made.sensors.append(variable)


def _tell(asked: str, made: "DagText", names: "Names") -> str:
    """The function that is told."""
    if asked.startswith(OF_VARIABLE):
        return f"{names.imported(made, 'alerts', 'webhook')}({asked.removeprefix(OF_VARIABLE)!r})"
    module, function = asked.split(":")
    alias = naming.identifier(f"{module.replace('.', '_')}_{function}")
    made.imports.add(f"from {module} import {function} as {alias}")
    return alias
