"""A script for a process of its own: runs a job of a generated project, and writes what happened as JSON.

python run_job.py ABOVE PACKAGE JOB OUTPUT '{"partition": "2024-01-03", "processes": true, ...}'
"""

import importlib
import json
import sys
from pathlib import Path

import dagster as dg

ABOVE, PACKAGE, JOB, OUTPUT, OPTIONS = sys.argv[1:] if len(sys.argv) == 6 else ("", "", "", "", "{}")


def load_job(above: str, package: str, job: str) -> dg.JobDefinition:
    """Also what each step's process calls."""
    sys.path.insert(0, above)
    return importlib.import_module(f"{package}.definitions").defs.resolve_job_def(job)


def run(instance: dg.DagsterInstance, options: dict):
    config = {"resources": {"airflow": {"config": options["config"]}}} if "config" in options else {}
    tags = {"dagster/partition": options["partition"]} if "partition" in options else {}
    if "after" in options:
        tags = asked_for(options["after"], instance)
    if not options.get("processes"):
        job = load_job(ABOVE, PACKAGE, JOB)
        return job.execute_in_process(run_config=config, tags=tags, instance=instance, raise_on_error=False)
    recipe = dg.build_reconstructable_job(
        "run_job",
        "load_job",
        reconstructable_args=(ABOVE, PACKAGE, JOB),
        reconstructor_working_directory=str(Path(__file__).parent),
    )
    again = options.get("again")
    how = dg.ReexecutionOptions.from_failure(again, instance) if again else None
    return dg.execute_job(recipe, instance, run_config=config, tags=tags, reexecution_options=how)


def asked_for(interval: list[str], instance: dg.DagsterInstance) -> dict[str, str]:
    """The tags of the run that the job's sensor asks for once that of an interval was made."""
    load_job(ABOVE, PACKAGE, JOB)
    sensor = importlib.import_module(f"{PACKAGE}.definitions").defs.resolve_sensor_def(f"{JOB}_sensor")
    tick = sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=json.dumps({"last": interval})))
    return dict(tick.run_requests[0].tags)


def told(result, storage: Path) -> dict:
    steps: dict[str, dict] = {}
    for event in result.all_events:
        step = steps.setdefault(event.step_key, {"retries": 0}) if event.step_key else {}
        kind, data = event.event_type_value, event.event_specific_data
        if kind == "STEP_OUTPUT":
            step.update({name: value.value for name, value in data.metadata.items()})
        if kind in ("STEP_SUCCESS", "STEP_FAILURE"):
            step["green"] = kind == "STEP_SUCCESS"
        if kind == "STEP_FAILURE":
            step["error"] = (data.error.cause or data.error).message.strip()
        if kind == "STEP_UP_FOR_RETRY":
            step["retries"] += 1
    record = storage / result.run_id / "airflow_run" / "record.json"
    return {
        "run_id": result.run_id,
        "success": result.success,
        "steps": steps,
        "record": json.loads(record.read_text()) if record.exists() else None,
    }


if __name__ == "__main__":
    given = json.loads(OPTIONS)
    with dg.DagsterInstance.local_temp(given["home"]) as instance:
        Path(OUTPUT).write_text(json.dumps(told(run(instance, given), Path(instance.storage_directory()))))
