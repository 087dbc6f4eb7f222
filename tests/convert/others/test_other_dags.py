"""DAGs that wait for each other and start each other end in Dagster as they do in Airflow."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import dagster as dg
import pytest

from migrator import plan as plans
from migrator.convert import convert_project
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.phase_one.lifts import lifts
from migrator.runtime.other_jobs import SKIPPED, SUCCESS, UPSTREAM_FAILED
from migrator.scan import scan

HERE = Path(__file__).parent
DAGS = HERE.parent / "dags" / "other_dags.py"
# The feeds of the 3rd are fine, those of the 4th fails, one of the 5th is not wanted, and of the 6th there are none.
RUNS = [
    *((dag_id, f"2024-01-0{day}T06:30:00+00:00") for day in (3, 4, 5) for dag_id in ("feed", "routed_feed")),
    *(("waits_for_feeds", f"2024-01-0{day}T07:30:00+00:00") for day in (4, 5, 6)),
    ("starts_reports", "2024-01-03T00:00:00+00:00"),
    ("starts_reports", "2024-01-03T00:00:00+00:00"),
]
WAITS = range(6, 9)


class Airflow:
    """What Airflow made of `RUNS`."""

    def __init__(self, home: Path) -> None:
        env = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
        command = [sys.executable, str(HERE / "airflow_side.py"), str(DAGS)]
        done = subprocess.run(command, input=json.dumps(RUNS), env=env, capture_output=True, text=True)
        assert "RESULT" in done.stdout, done.stderr[-3000:]
        told = json.loads(done.stdout.partition("RESULT")[2])
        self.states: list[dict[str, str]] = told["states"]
        self.asked: list[list[object]] = told["asked"]


class Dagster:
    """The converted project on an instance of its own."""

    def __init__(self, folder: Path) -> None:
        project = scan([DAGS])[0]
        made = convert_project(project, plans.Plan(), lifts(project, None), name="other_dags_project")
        write(folder / "other_dags_project", format_files(dict(made.files)), made.manifest)
        sys.path.insert(0, str(folder))
        self.defs: dg.Definitions = importlib.import_module("other_dags_project.defs.other_dags").defs
        sys.path.remove(str(folder))
        self.instance = dg.DagsterInstance.local_temp(str(folder))
        self.manifest = made.manifest
        self.cursor: str | None = None

    def run(self, dag_id: str, date: str) -> dict[str, str]:
        """As Airflow would call the state of each task."""
        job = self.defs.resolve_job_def(dag_id)
        key = str(date)[:10]
        done = job.execute_in_process(instance=self.instance, partition_key=key, raise_on_error=False)
        return {
            task_id: _state(done, "__".join(entry.asset_key) if entry.asset_key else str(entry.op))
            for task_id, entry in self.manifest.dags[dag_id].tasks.items()
            if entry.disposition != "contracted"
        }

    def asked(self) -> list[dg.RunRequest]:
        """What the sensor of `report_on` asks for since the last look."""
        repository = self.defs.get_repository_def()
        sensor = repository.get_sensor_def("report_on_requests")
        context = dg.build_sensor_context(self.instance, cursor=self.cursor, repository_def=repository)
        found = sensor.evaluate_tick(context)
        self.cursor = found.cursor or self.cursor
        return list(found.run_requests or ())


def _state(done: dg.ExecuteInProcessResult, step: str) -> str:
    events = [e for e in done.all_events if e.step_key == step]
    told = [e.step_output_data.metadata.get("state") for e in events if e.is_successful_output]
    if any(e.is_step_failure for e in events):
        return "failed"
    if any(e.is_step_success for e in events):
        return SKIPPED if not told else str(told[0].value) if told[0] else SUCCESS
    return UPSTREAM_FAILED


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    return Airflow(tmp_path_factory.mktemp("airflow"))


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    made = Dagster(tmp_path_factory.mktemp("dagster"))
    yield made
    made.instance.dispose()


@pytest.fixture(scope="module")
def ended(dagster: Dagster) -> list[dict[str, str]]:
    return [dagster.run(dag_id, date) for dag_id, date in RUNS]


@pytest.mark.parametrize("place", WAITS, ids=[f"{RUNS[place][1]:.10}" for place in WAITS])
def test_a_wait_ends_as_in_airflow(place: int, airflow: Airflow, ended: list[dict[str, str]]) -> None:
    assert ended[place] == airflow.states[place]


def test_the_waits_have_seen_something_of_everything(airflow: Airflow) -> None:
    assert {state for place in WAITS for state in airflow.states[place].values()} == {
        "success",
        "failed",
        "skipped",
    }


@pytest.mark.parametrize("place", [9, 10], ids=["at first", "tried again"])
def test_a_start_of_another_dag_ends_as_in_airflow(
    place: int, airflow: Airflow, ended: list[dict[str, str]]
) -> None:
    assert ended[place] == airflow.states[place]


def test_what_was_asked_for_is_what_airflow_has_started(
    airflow: Airflow, dagster: Dagster, ended: list[dict[str, str]]
) -> None:
    requests = dagster.asked()
    found = [_told(r) for r in requests if not str(r.run_key).endswith("#1")]  # of a run that is repeated
    assert sorted(found, key=str) == sorted(airflow.asked, key=str)
    assert len(requests) == len(found) + 1
    assert dagster.asked() == []  # each is started once


def _told(request: dg.RunRequest) -> list[object]:
    """Name, conf and date."""
    ops = request.run_config.get("ops", {})
    conf = ops["write"]["config"] if ops else {}
    return [str(request.run_key).split("__")[0], conf, str(request.tags["logical_date"])[:10]]


def test_a_run_that_was_asked_for_gets_its_conf_and_its_date(dagster: Dagster) -> None:
    dagster.run("starts_reports", "2024-01-04")
    request = next(r for r in dagster.asked() if "2024-01-04" in str(r.run_config))
    job = dagster.defs.resolve_job_def("report_on")
    done = job.execute_in_process(
        instance=dagster.instance, run_config=request.run_config, tags=dict(request.tags)
    )
    assert done.output_for_node("write", "result") == [
        True,
        "2024-01-04",
        str(datetime.now(timezone.utc).date()),
    ]
