"""A folder in which others leave files, as the plan describes it: a sensor that has the job run for each of them."""

from typing import TYPE_CHECKING

from migrator.convert import text
from migrator.convert.problem import Problem

if TYPE_CHECKING:
    from migrator.convert.decide import FileDecision
    from migrator.convert.text import DagText, Names
    from migrator.plan import LandingPlan, Plan


def choose(file: "FileDecision", plan: "Plan") -> None:
    """Note on each DAG what the plan says; what was asked for and cannot be is told."""
    for decision in file.dags:
        asked = plan.dag(decision.dag.dag_id).landing
        if asked is None:
            continue
        line = decision.dag.origin.line
        partitioned = decision.timing.partitions is not None
        if decision.level == "lift":
            decision.reasons.append(
                Problem("EN064", "the DAG runs in Airflow, so its landing folder is left out", line)
            )
        elif partitioned != asked.names_partition:
            has = (
                "partitions, and its pattern names none"
                if partitioned
                else "no partitions, and its pattern names one"
            )
            decision.notes.append(
                Problem("EN064", f"the DAG has {has}; its landing folder is left out", line)
            )
        else:
            decision.landing = asked


def write(
    asked: "LandingPlan | None",
    made: "DagText",
    job: str,
    job_name: str,
    names: "Names",
    partitions: str | None,
) -> None:
    """The sensor, what it watches, and the job that puts files aside."""
    if asked is None:
        return
    name = names.make(f"{job}_landing")
    aside = names.make(f"{job}_quarantine")
    variable = names.make(f"{job}_folder")
    given = {
        "job": repr(job_name),
        "folder": repr(asked.folder),
        "pattern": repr(asked.pattern),
        "quarantine": repr(asked.quarantine),
        "header": asked.header and repr(asked.header),
        "partitions": partitions,
    }
    landing = names.imported(made, "landing", "Landing")
    made.after.append(f"{variable} = {text.call(landing, text.keyed(given))}")
    made.after.append(f"{aside} = {variable}.quarantine_job({f'{job_name}_quarantine'!r})")
    decorator = text.call("dg.sensor", [f"jobs=[{job}, {aside}]", f"minimum_interval_seconds={asked.every}"])
    doc = text.docstring(f"Runs {job_name} for each new file, once; what cannot be used is put aside.")
    function = f"def {name}(context: dg.SensorEvaluationContext):"
    made.after.append(f"@{decorator}\n{function}\n    {doc}\n    return {variable}.look(context)")
    made.jobs.append(aside)
    made.sensors.append(name)
