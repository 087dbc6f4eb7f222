"""A DAG that others start gets a sensor: it starts the runs of its job that steps of other jobs have asked for."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrator.convert import naming, text
from migrator.convert.decide import node_name
from migrator.ir import Dag, constant

if TYPE_CHECKING:
    from migrator.convert.assets import AssetWriter
    from migrator.convert.jobs import JobWriter
    from migrator.convert.text import DagText

# The formatter drops what is not used.
DATASETS = "from ..runtime.datasets import"
NEEDS = ", all_of, any_of, members_of"
LIFTED = f"from .._airflow import Task, airflow_dag{NEEDS}"
IMPORT = "from ..runtime.other_jobs import on_requests"
STOPPED = "dg.DefaultSensorStatus.STOPPED"


def of_native(made: "DagText", writer: "AssetWriter | JobWriter") -> None:
    """Adds the sensor to the text of a DAG; it gives each step what that takes of the `conf` of a request."""
    configs: dict[str, str] = {}
    for step in writer.decision.steps:
        if kind := writer.configs.class_of(step):
            entry = writer.entry(step)
            configs[node_name(entry.asset_key) if entry.asset_key else str(entry.op)] = kind
    variable = writer.names.make(f"{naming.identifier(writer.job_name)}_requests")
    given = [made.jobs[-1], *([text.mapping(configs)] if configs else [])]
    given += ["airflow=True"] if any(step.bridged for step in writer.decision.steps) else []
    made.imports.add(IMPORT)
    made.after.append(f"{variable} = {_call(given, writer.dag)}")
    made.sensors.append(variable)


def of_lifted(dag: Dag, job: str) -> str:
    """The definitions that hold the sensor of a DAG that runs in Airflow."""
    return f"dg.Definitions(sensors=[{_call([repr(job), 'airflow=True'], dag)}])"


def lifted_imports(calls: Iterable[str], others: Iterable[str] = ()) -> set[str]:
    """What a module needs for the definitions of its lifted DAGs, beside the imports of its native ones."""
    found = {IMPORT} if any("on_requests(" in call for call in calls) else set()
    if any(line.startswith(DATASETS) for line in others):  # one module takes them from one place
        return {*found, LIFTED.replace(NEEDS, ""), f"{DATASETS}{NEEDS.lstrip(',')}"}
    return {*found, LIFTED}


def _call(given: list[str], dag: Dag) -> str:
    if constant(dag.args.get("is_paused_upon_creation")) is True:
        given = [*given, f"default_status={STOPPED}"]
    return text.call("on_requests", given)
