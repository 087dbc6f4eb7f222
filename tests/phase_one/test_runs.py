"""Unchanged DAGs run as Dagster jobs, each task in its own Airflow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.phase_one.conftest import Imported

Run = dict[str, Any]


@pytest.fixture(scope="module", params=["2", "3"])
def airflow(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def good(airflow: str, imported: Callable[..., Imported]) -> Run:
    """In one process, with a conf."""
    return imported(airflow).run("all_good", partition="2024-01-03", config={"conf": {"region": "eu"}})


@pytest.fixture(scope="module")
def wrong(airflow: str, imported: Callable[..., Imported], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """As deployed, a process for each step."""
    notes = tmp_path_factory.mktemp("wrong") / "notes"
    run = imported(airflow).run("goes_wrong", {"NOTES": str(notes)}, processes=True)
    return {**run, "notes": notes.read_text().split()}


def value(run: Run, task_id: str) -> list[Any]:
    xcoms = [
        task["xcoms"].get("return_value") for task in run["record"]["tasks"] if task["task_id"] == task_id
    ]
    return [xcom and xcom["json"] for xcom in xcoms]


def test_a_task_that_fails_first_is_tried_again_by_dagster(good: Run) -> None:
    assert good["steps"]["retried"] == {"retries": 1, "state": "success", "tries": 2, "green": True}
    assert value(good, "retried") == [2]


def test_what_a_branch_skips_is_green_and_says_so(good: Run) -> None:
    states = {name: good["steps"][name]["state"] for name in ("left", "right", "under", "join")}
    assert states == {"left": "success", "right": "skipped", "under": "skipped", "join": "success"}
    assert good["steps"]["right"]["green"]


def test_a_mapped_task_is_one_op_for_all_its_instances(good: Run) -> None:
    assert good["steps"]["double"]["instances"] == {"0": "success", "1": "success", "2": "success"}
    assert (value(good, "double"), value(good, "total")) == ([2, 4, 6], [12])


def test_a_failure_that_the_leaves_survive_does_not_fail_the_run(good: Run) -> None:
    assert good["success"] and good["record"]["state"] == "success"
    assert good["steps"]["mild"]["state"] == "failed" and good["steps"]["mild"]["green"]


def test_the_partition_is_the_scheduled_run_of_its_date(good: Run, airflow: str) -> None:
    end = {"2": "2024-01-04", "3": "2024-01-03"}[airflow]
    assert value(good, "extract") == [["2024-01-03", end, {"region": "eu"}]]
    assert good["record"]["logical_date"] == "2024-01-03T00:00:00+00:00"


def test_a_run_at_the_hour_when_the_clock_is_set_is_about_the_interval_that_airflow_says(
    airflow: str, imported: Callable[..., Imported]
) -> None:
    before = {"2": ["2024-03-30T01:30Z", "2024-03-31T01:30Z"], "3": ["2024-03-30T01:30Z"] * 2}[airflow]
    own = {"2": ("2024-03-31T01:30:00", "2024-04-01T00:30:00"), "3": ("2024-03-31T01:30:00",) * 2}[airflow]
    run = imported(airflow).run("at_night", after=before)
    assert value(run, "seen") == [[f"{moment}+00:00" for moment in own]]


def test_a_failed_task_is_red_with_its_own_error(wrong: Run) -> None:
    step = wrong["steps"]["work"]
    assert (step["green"], step["state"]) == (False, "failed")
    assert "no orders" in step["error"]


def test_what_follows_a_failure_is_red_and_says_that_it_did_not_run(wrong: Run) -> None:
    step = wrong["steps"]["load"]
    assert (step["green"], step["state"], step["tries"]) == (False, "upstream_failed", 0)
    assert "load did not run" in step["error"]


def test_a_clean_up_runs_after_a_failure(wrong: Run) -> None:
    assert wrong["steps"]["clean__up"]["state"] == "success"
    assert wrong["notes"] == ["cleaned"]


def test_the_run_fails_in_both_and_the_record_has_every_task(wrong: Run) -> None:
    assert not wrong["success"] and wrong["record"]["state"] == "failed"
    states = {task["task_id"]: task["state"] for task in wrong["record"]["tasks"]}
    failed = dict.fromkeys(("load", "report"), "upstream_failed")
    assert states == {"work": "failed", "clean.up": "success", **failed}


def test_repeating_from_the_failure_goes_on_where_airflow_stopped(
    airflow: str, imported: Callable[..., Imported], tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    first = imported(airflow).run("repairable", {"NOTES": str(notes)}, processes=True)
    assert not first["success"]
    Path(f"{notes}.repaired").touch()
    again = imported(airflow).run("repairable", {"NOTES": str(notes)}, processes=True, again=first["run_id"])
    assert again["success"] and again["record"]["state"] == "success"
    assert notes.read_text().split() == ["before", "tried", "tried", "after"]


def test_without_an_interpreter_the_step_says_what_to_set(imported: Callable[..., Imported]) -> None:
    run = imported("2").run("goes_wrong", {"AIRFLOW_PYTHON": ""})
    assert "AIRFLOW_PYTHON is not set" in run["steps"]["work"]["error"]


def test_an_interpreter_without_airflow_is_named(imported: Callable[..., Imported]) -> None:
    run = imported("2").run("goes_wrong", {"AIRFLOW_PYTHON": "/usr/bin/false"})
    assert "/usr/bin/false" in run["steps"]["work"]["error"]


def test_a_missing_dag_file_is_named(imported: Callable[..., Imported], tmp_path: Path) -> None:
    run = imported("2").run("goes_wrong", {"AIRFLOW_DAGS_FOLDER": str(tmp_path)})
    assert f"no DAG file flows.py in {tmp_path}" in run["steps"]["work"]["error"]
