"""A whole scheduled run: Airflow decides, the record says what became of each task."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from migrator.runtime.airflow_client import Airflow, AirflowError
from tests.probe.conftest import DAGS, DATE

Tasks = dict[str, dict[str, Any]]


def returned(task: dict[str, Any]) -> Any:
    return task["xcoms"]["return_value"]["json"]


def test_it_is_the_scheduled_run_with_the_interval_of_its_version(record: dict[str, Any], is2: bool) -> None:
    start, end = "2024-01-03T00:00:00+00:00", "2024-01-04T00:00:00+00:00"
    assert record["interval"] == [start, end if is2 else start]
    assert record["logical_date"] == start
    assert record["run_id"].startswith("scheduled__2024-01-03T00:00:00")


def test_the_record_is_the_contract_of_the_comparer(record: dict[str, Any], folder: Path) -> None:
    assert {**json.loads((folder / DATE / "record.json").read_text()), "first": [], "dates": [DATE]} == record
    assert (record["version"], record["side"], record["dag_id"]) == (1, "airflow", "constructs")
    assert record["state"] == "failed"


@pytest.mark.parametrize(
    ("task", "became", "tries"),
    [
        pytest.param("described", "success", 1, id="a plain task"),
        pytest.param("retried", "success", 2, id="a retry counts, without its delay"),
        pytest.param("skipped", "skipped", 1, id="a task that skips itself"),
        pytest.param("after_skip", "skipped", 0, id="what follows a skip"),
        pytest.param("chosen", "success", 1, id="the arm of the branch that is taken"),
        pytest.param("other", "skipped", 0, id="the arm that is not"),
        pytest.param("join", "success", 1, id="a join with a trigger rule"),
        pytest.param("fails", "failed", 1, id="a failure"),
        pytest.param("after_failure", "upstream_failed", 0, id="what follows a failure"),
        pytest.param("always", "success", 1, id="all_done runs after a failure"),
        pytest.param("cut_too", "skipped", 0, id="a short circuit skips all that follows"),
        pytest.param("literal[1]", "success", 1, id="mapped over a literal"),
        pytest.param("double[2]", "success", 1, id="mapped over a list of run time"),
        pytest.param("never", "skipped", 0, id="mapped over an empty list"),
        pytest.param("group.use", "success", 1, id="inside a task group"),
    ],
)
def test_airflow_decides_what_becomes_of_a_task(tasks: Tasks, task: str, became: str, tries: int) -> None:
    assert (tasks[task]["state"], tasks[task]["tries"]) == (became, tries)


def test_a_task_gets_the_context_of_its_interval(tasks: Tasks, record: dict[str, Any]) -> None:
    start, end = record["interval"]
    wanted = {"number": 3, "ds": DATE, "start": start, "end": end, "who": "world"}
    assert returned(tasks["described"]) == wanted


def test_templates_are_rendered(tasks: Tasks) -> None:
    assert returned(tasks["shell"]) == f"{DATE} world"
    assert returned(tasks["literal[1]"]) == DATE


def test_mapped_values_are_collected(tasks: Tasks) -> None:
    assert [returned(tasks[f"double[{i}]"]) for i in range(3)] == [20, 40, 60]
    assert returned(tasks["add"]) == 120


def test_several_outputs_are_several_xcoms(tasks: Tasks) -> None:
    assert set(tasks["group.both"]["xcoms"]) == {"left", "right", "return_value"}
    assert returned(tasks["group.use"]) == 2


def test_a_frame_is_kept_as_parquet_beside_the_record(airflow: Airflow, tasks: Tasks, folder: Path) -> None:
    if airflow.version.startswith("2.7."):
        pytest.skip("pandas is not installed beside Airflow 2.7")
    artifact = tasks["frame"]["xcoms"]["return_value"]
    frame = pd.read_parquet(folder / DATE / artifact["parquet"])
    assert artifact["library"] == "pandas"
    assert frame["a"].tolist() == [1, 2, 3]
    assert returned(tasks["total"]) == 6


def test_a_text_that_looks_like_json_stays_a_text(tasks: Tasks) -> None:
    assert returned(tasks["text_like_json"]) == '["a", 1]'


def test_a_tuple_is_not_passed_off_as_a_list(tasks: Tasks) -> None:
    artifact = tasks["described"]["xcoms"]["pair"]
    assert (artifact["type"], artifact["near_json"]) == ("builtins.tuple", [1, "two"])


def test_what_airflow_itself_pushes_is_no_data(tasks: Tasks) -> None:
    keys = {key for task in tasks.values() for key in task["xcoms"]}
    assert keys == {"return_value", "pair", "left", "right"}


def test_prints_and_subprocesses_are_in_the_log_of_the_task(tasks: Tasks, folder: Path) -> None:
    assert "printed by describe" in (folder / DATE / tasks["described"]["log"]).read_text()
    assert "noise" in (folder / DATE / tasks["shell"]["log"]).read_text()
    assert tasks["other"]["log"] is None


def given(run: dict[str, Any]) -> Any:
    """What the task `given` of the small DAG returned."""
    (task,) = [task for task in run["tasks"] if task["task_id"] == "given"]
    return returned(task)


def test_callbacks_are_called_only_when_asked_for(airflow: Airflow, tmp_path: Path, scratch: Path) -> None:
    notes = scratch / "notes"
    notes.unlink(missing_ok=True)
    airflow.run("small.py", "small", [DATE], tmp_path / "quiet")
    assert not notes.exists()
    airflow.run("small.py", "small", [DATE], tmp_path / "loud", callbacks=True)
    assert notes.read_text().count("called") == 2  # of the task that fails, and of the DAG


def test_an_interval_can_be_given(airflow: Airflow, tmp_path: Path) -> None:
    interval = ("2024-02-01T00:00:00+00:00", "2024-02-08T00:00:00+00:00")
    (found,) = airflow.run("small.py", "small", ["2024-02-01"], tmp_path, interval=interval)
    assert found["interval"] == list(interval)
    assert given(found) == ["world", *interval]


def test_dates_and_conf_of_one_request(airflow: Airflow, tmp_path: Path) -> None:
    lines: list[str] = []
    dates = ["2024-01-03", "2024-01-04"]
    found = airflow.run("small.py", "small", dates, tmp_path, conf={"who": "me"}, on_log=lines.append)
    assert [run["logical_date"][:10] for run in found] == dates
    assert [p.name for p in sorted(tmp_path.iterdir())] == dates
    assert [given(run)[0] for run in found] == ["me", "me"]
    assert lines.count("given: success") == 2


def test_a_failure_goes_down_a_long_chain_to_its_end(airflow: Airflow, tmp_path: Path) -> None:
    (found,) = airflow.run("chain.py", "chain", [DATE], tmp_path)
    states = {task["task_id"]: task["state"] for task in found["tasks"]}
    links = {f"link_{number}": "upstream_failed" for number in range(8)}
    assert states == {"fails": "failed", **links, "clean_up": "success"}
    assert found["state"] == "success", "Airflow asks the last task"


def test_dates_that_mean_one_run_make_it_once(airflow: Airflow, tmp_path: Path) -> None:
    # of a daily DAG: the first run at or after noon is that of the next day
    dates = ["2024-01-02T12:00", "2024-01-03", "2024-01-04", "2024-01-03"]
    found = airflow.run("small.py", "small", dates, tmp_path)
    assert [(run["logical_date"][:10], run["dates"]) for run in found] == [
        ("2024-01-03", ["2024-01-02T12:00", "2024-01-03", "2024-01-03"]),
        ("2024-01-04", ["2024-01-04"]),
    ]
    assert len(list(tmp_path.glob("*/record.json"))) == 2


def test_what_waits_goes_on(airflow: Airflow, tmp_path: Path) -> None:
    (found,) = airflow.run("waiting.py", "waiting", [DATE], tmp_path)
    by_id = {task["task_id"]: task for task in found["tasks"]}
    assert {name: task["state"] for name, task in by_id.items()} == dict.fromkeys(by_id, "success")
    assert returned(by_id["deferring"]) == {"event": {"word": "woke"}, "extra": 1}


def test_a_task_that_ends_its_interpreter_is_named(airflow: Airflow, tmp_path: Path) -> None:
    with pytest.raises(AirflowError, match="exit status 9, in task die") as caught:
        airflow.run("hostile/dies_in_task.py", "dies_in_task", [DATE], tmp_path)
    assert caught.value.kind == "died"


def test_a_dag_that_is_not_there_is_said(airflow: Airflow, tmp_path: Path) -> None:
    with pytest.raises(AirflowError, match="defines no DAG 'nothing'"):
        airflow.run("steps.py", "nothing", [DATE], tmp_path)


def test_cron_intervals_come_back_on_airflow_3_when_configured(
    airflow3_python: str, state: Path, tmp_path: Path
) -> None:
    env = {"AIRFLOW__SCHEDULER__CREATE_CRON_DATA_INTERVALS": "True", "NOTES": str(tmp_path / "notes")}
    with Airflow(airflow3_python, DAGS, state=state, env=env) as configured:
        (found,) = configured.run("small.py", "small", [DATE], tmp_path)
    assert found["interval"] == ["2024-01-03T00:00:00+00:00", "2024-01-04T00:00:00+00:00"]
