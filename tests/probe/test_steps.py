"""One run, task by task, over several processes: the database remembers what became of each."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from migrator.runtime.airflow_client import Airflow
from tests.probe.conftest import DAGS, DATE

Answer = dict[str, Any]


class Steps:
    """The run of `steps` in one database."""

    def __init__(self, airflow: Airflow, folder: Path) -> None:
        self.airflow, self.folder = airflow, folder
        self.of_run = {"database": folder / "run.db", "run_id": "dagster-1"}

    def step(self, task: str, try_number: int = 1, **more: Any) -> Answer:
        out = self.folder / "record"
        return self.airflow.step(
            "steps.py", "steps", task, date=DATE, try_number=try_number, out=out, **self.of_run, **more
        )

    def states(self, task: str, try_number: int = 1) -> list[str]:
        return [instance["state"] for instance in self.step(task, try_number)["instances"]]


@pytest.fixture
def steps(airflow: Airflow, tmp_path: Path) -> Steps:
    return Steps(airflow, tmp_path)


def test_the_next_task_reads_what_the_one_before_left(steps: Steps) -> None:
    (numbers,) = steps.step("numbers")["instances"]
    assert numbers["xcoms"] == {"return_value": {"json": [1, 2, 3]}}
    assert steps.states("double") == ["success", "retry", "success"]
    doubled = steps.step("double", try_number=2)
    assert [i["state"] for i in doubled["instances"]] == ["success"] * 3
    assert [i["tries"] for i in doubled["instances"]] == [1, 2, 1]
    (total,) = steps.step("add")["instances"]
    assert total["xcoms"]["return_value"] == {"json": 12}


def test_a_second_process_goes_on_with_the_run(
    steps: Steps, python: str, state: Path, settings: dict[str, str]
) -> None:
    steps.step("numbers")
    with Airflow(python, DAGS, state=state, env=settings) as other:
        again = Steps(other, steps.folder)
        assert again.states("double") == ["success", "retry", "success"]
    assert steps.states("double", try_number=2) == ["success"] * 3


def test_states_that_are_decided_without_running_are_told(steps: Steps) -> None:
    for task in ("numbers", "double", "double", "add", "choose", "big"):
        steps.step(task)
    (small,) = steps.step("small")["instances"]
    assert (small["state"], small["tries"]) == ("skipped", 0)


def test_a_failure_decides_what_follows(steps: Steps) -> None:
    assert steps.states("fails") == ["failed"]
    assert steps.states("after_failure") == ["upstream_failed"]


def test_a_failed_task_can_be_tried_again_with_what_follows(steps: Steps) -> None:
    assert steps.states("fails") == ["failed"]
    assert steps.states("after_failure") == ["upstream_failed"]
    assert steps.states("fails", try_number=2) == ["failed"]
    assert steps.states("fails", try_number=3) == ["success"]
    assert steps.states("after_failure") == ["success"]


def test_a_task_that_has_ended_does_not_run_again(steps: Steps) -> None:
    first, second = steps.step("numbers"), steps.step("numbers")
    assert first["instances"] == second["instances"]


def test_a_task_before_its_turn_says_what_is_missing(steps: Steps) -> None:
    (add,) = steps.step("add")["instances"]
    assert add["state"] == "none"
    assert "all_success" in add["why"]


def test_the_log_of_a_step_comes_as_it_is_written(steps: Steps) -> None:
    lines: list[str] = []
    steps.step("numbers", on_log=lines.append)
    assert any(f"numbers of {DATE}" in line for line in lines)


def test_the_record_of_steps_is_that_of_a_run(steps: Steps, airflow: Airflow, tmp_path: Path) -> None:
    for task in ("numbers", "double", "double", "add", "choose", "big", "small", "fails", "after_failure"):
        answer = steps.step(task)
    assert answer["run_state"] == "failed"
    recorded = airflow.record(
        "steps.py", "steps", "dagster-1", database=tmp_path / "run.db", out=tmp_path / "r"
    )
    (whole,) = airflow.run("steps.py", "steps", [DATE], tmp_path / "whole")
    same = [
        {(t["task_id"], t["map_index"]): (t["state"], t["tries"], t["xcoms"]) for t in record["tasks"]}
        for record in (recorded, whole)
    ]
    assert same[0] == same[1]
    assert recorded["interval"] == whole["interval"]


def test_steps_at_the_same_time_share_one_run(
    python: str, state: Path, settings: dict[str, str], tmp_path: Path
) -> None:
    def column(number: int) -> list[object]:
        suffix = f"__{number}" if number else ""
        with Airflow(python, DAGS, state=state, env=settings) as airflow:
            answers = [
                airflow.step(
                    "parallel.py",
                    "parallel",
                    task + suffix,
                    database=tmp_path / "run.db",
                    run_id="dagster-1",
                    date=DATE,
                    out=tmp_path / "record",
                )
                for task in ("slow", "each", "add")
            ]
        assert {i["state"] for answer in answers for i in answer["instances"]} == {"success"}
        return [instance["xcoms"]["return_value"]["json"] for instance in answers[-1]["instances"]]

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(column, range(3))) == [[3], [6], [9]]
