"""What tasks tell and read of the events of datasets is the same in Airflow and in the converted project."""

import importlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from compat_tests.sides import AIRFLOW2, AIRFLOW3
from migrator import plan as plans
from migrator.convert import convert_project
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

EVENTS = Path(__file__).parent / "events"
JOBS = {2: ("writes", "reads"), 3: ("writes", "made", "follows", "reads")}
STATES = {"STEP_SUCCESS": "success", "STEP_FAILURE": "failed"}
Ended = dict[str, dict[str, list[Any]]]


def in_airflow(version: int, home: Path) -> Ended:
    folder = EVENTS / f"airflow_{version}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")}
    environment |= {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__DAGS_FOLDER": str(folder)}
    environment |= {"AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    python = AIRFLOW2 if version == 2 else AIRFLOW3
    command = [python, str(EVENTS / "airflow_side.py"), str(folder), *JOBS[version]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    assert lines, done.stderr[-2000:]
    found: Ended = json.loads(lines[0].removeprefix("RESULT"))
    return found


def in_dagster(version: int, home: Path, monkeypatch: pytest.MonkeyPatch) -> Ended:
    project, _ = scan([EVENTS / f"airflow_{version}"])
    name = f"converted_events_{version}"
    conversion = convert_project(
        project, plans.Plan(), lifts(project, None), name=name, airflow3=version == 3
    )
    assert {task.disposition for dag in conversion.manifest.dags.values() for task in dag.tasks.values()} == {
        "native"
    }
    write(home / name, format_files(conversion.files), conversion.manifest)
    monkeypatch.syspath_prepend(str(home))
    definitions: dg.Definitions = importlib.import_module(f"{name}.defs.events").defs
    with dg.DagsterInstance.ephemeral() as instance:
        return {job: ended(definitions.resolve_job_def(job), instance) for job in JOBS[version]}


def ended(job: dg.JobDefinition, instance: dg.DagsterInstance) -> dict[str, list[Any]]:
    """State and output of each step, by the id of its task."""
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    states = {
        e.step_key: STATES[e.event_type_value] for e in result.all_events if e.event_type_value in STATES
    }
    return {
        str(step).removeprefix(f"{job.name}__"): [
            state,
            given(result, str(step)) if state == "success" else None,
        ]
        for step, state in states.items()
    }


def given(result: dg.ExecuteInProcessResult, step: str) -> Any:
    return json.loads(json.dumps(result.output_for_node(step)))


@pytest.mark.parametrize("version", [2, 3])
def test_events_are_told_and_read_alike(
    version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = in_airflow(version, tmp_path / "airflow")
    assert in_dagster(version, tmp_path, monkeypatch) == theirs
    assert theirs["reads"]["read"][0] == "success"
