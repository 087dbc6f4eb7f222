"""Both systems, for real: what is the same passes, and each kind of difference is seen where it is."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MakePair = Callable[[dict[str, str]], Path]

# One thing of each kind is broken in the Dagster project: the texts, and where the report must say so.
BROKEN = {
    'orders[orders["day"] == ds].reset_index(drop=True)': (
        'orders[(orders["day"] == ds) & (orders["order_id"] != 4)].reset_index(drop=True)'
    ),
    '["gross"].sum()': '["gross"].sum().round(1)',
    'int(orders["order_id"].max())': 'float(orders["order_id"].max())',
    "max_retries=1": "max_retries=2",
    "return number * 2": "return number * 2 + (number == 2)",
    'return {"side": "left"}': 'return {"side": "LEFT"}',
    'raise Skip("nothing")': "return None",
    "    after_broken([breaks().outcome])": "    breaks()",
    "    join(arms)": "    join(arms[:1])",
    "@dg.asset(**REVENUE)": '@dg.asset(**{**REVENUE, "retry_policy": None})',
}


def compare(place: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """Exit status, the report by DAG and date, and what was printed besides."""
    command = [
        sys.executable,
        "-m",
        "migrator",
        "compare",
        str(place / "twin"),
        "--dags",
        str(place / "dags"),
    ]
    plan = ["--plan", str(place / "migrate.yaml"), "--format", "json"]
    done = subprocess.run([*command, *plan, *options], capture_output=True, text=True)
    assert done.stdout, done.stderr
    results = json.loads(done.stdout)["results"]
    return done.returncode, {f"{r['dag_id']} {r['date']}": r for r in results}, done.stderr


def verdicts(result: dict[str, Any]) -> dict[str, str]:
    """All items of a result that do not pass, by task and name."""
    named = [("", item) for item in result["items"]]
    for task in result["tasks"]:
        index = f"[{task['map_index']}]" if task["map_index"] >= 0 else ""
        named += [(f"{task['task_id']}{index} ", item) for item in task["items"]]
    passes = ("equal", "equal within tolerance", "left out")
    return {place + i["name"]: i["verdict"] for place, i in named if i["verdict"] not in passes}


@pytest.fixture(scope="session")
def same(make_pair: MakePair, airflow2_python: str) -> tuple[int, dict[str, Any], str]:
    dates = ["2024-01-03", "2024-01-04", "2024-01-03T00:00:00", "2024-01-03"]  # the first one in three ways
    asked = [text for date in dates for text in ("--date", date)]
    return compare(make_pair({}), "--airflow-python", airflow2_python, *asked)


@pytest.fixture(scope="session")
def broken(make_pair: MakePair, airflow2_python: str) -> tuple[int, dict[str, Any], str]:
    place = make_pair(dict(BROKEN))
    return compare(place, "--airflow-python", airflow2_python, "--date", "2024-01-03")


def test_what_is_the_same_passes(same: tuple[int, dict[str, Any], str]) -> None:
    status, results, printed = same
    assert {place: verdicts(result) for place, result in results.items() if verdicts(result)} == {}
    assert [result["verdict"] for result in results.values()] == ["equal"] * 4, printed
    assert status == 0


def test_the_runs_are_the_scheduled_ones(same: tuple[int, dict[str, Any], str]) -> None:
    day = ["2024-01-03T00:00:00+00:00", "2024-01-04T00:00:00+00:00"]
    assert same[1]["revenue 2024-01-03"]["interval"] == day


def test_dates_that_mean_one_run_are_compared_once_and_named(same: tuple[int, dict[str, Any], str]) -> None:
    _, results, printed = same
    days = ["2024-01-03", "2024-01-04"]
    assert list(results) == [f"{dag_id} {day}" for dag_id in ("control", "revenue") for day in days]
    for dag_id in ("control", "revenue"):
        said = f"{dag_id}: 2024-01-03, 2024-01-03T00:00:00, 2024-01-03 mean the same run, which is made once"
        assert printed.count(said) == 1, printed


def test_states_and_tries_are_those_of_both_sides(same: tuple[int, dict[str, Any], str]) -> None:
    tasks = {(t["task_id"], t["map_index"]): t for t in same[1]["control 2024-01-03"]["tasks"]}
    assert tasks["breaks", -1]["states"] == ["failed", "failed"]
    assert tasks["after_broken", -1]["states"] == ["upstream_failed", "upstream_failed"]
    assert tasks["nothing_to_do", -1]["states"] == tasks["right", -1]["states"] == ["skipped", "skipped"]
    assert {"name": "tries", "verdict": "equal", "detail": "2"} in tasks["breaks", -1]["items"]
    assert [index for task, index in tasks if task == "double"] == [0, 1, 2]


def test_a_contracted_task_is_left_out_by_name(same: tuple[int, dict[str, Any], str]) -> None:
    assert [left["task_id"] for left in same[1]["revenue 2024-01-03"]["left_out"]] == ["start"]


def test_every_kind_of_difference_is_seen(broken: tuple[int, dict[str, Any], str]) -> None:
    status, results, _ = broken
    assert status == 1
    assert verdicts(results["revenue 2024-01-03"]) == {
        "extract return_value": "different",  # a dropped row
        "extract retries": "different",  # none, for a task that did well this time
        "span return_value": "different",  # a float for an int
        "out/2024-01-03.csv": "different",  # a rounded number
    }
    assert verdicts(results["control 2024-01-03"]) == {
        "left return_value": "different",  # another text
        "double[1] return_value": "different",  # a wrong number, in one of three
        "total return_value": "different",
        "breaks tries": "different",  # one more
        "nothing_to_do state": "different",  # it did something
        "after_nothing state": "different",
        "after_nothing return_value": "extra",
        "after_broken task": "missing",
        "join order": "different",  # it waits for one arm, which was enough this time
    }


def test_what_a_run_that_went_well_does_not_show_is_told(broken: tuple[int, dict[str, Any], str]) -> None:
    said = {
        f"{task['task_id']} {item['name']}": item["detail"]
        for result in broken[1].values()
        for task in result["tasks"]
        for item in task["items"]
    }
    assert said["extract retries"] == "2 | 0"
    assert said["join order"] == "Airflow starts it after right; in Dagster nothing makes it wait"


def test_a_dropped_row_is_shown(broken: tuple[int, dict[str, Any], str]) -> None:
    task = next(t for t in broken[1]["revenue 2024-01-03"]["tasks"] if t["task_id"] == "extract")
    item = next(i for i in task["items"] if i["name"] == "return_value")
    assert item["detail"] == "4 | 3 rows; key order_id; 1 only in Airflow"
    assert [(row["key"], row["dagster"]) for row in item["rows"]] == [({"order_id": "4"}, None)]


def test_airflow_3_keeps_no_return_value_of_a_branch(make_pair: MakePair, airflow3_python: str) -> None:
    status, results, printed = compare(
        make_pair({}), "--airflow-python", airflow3_python, "--date", "2024-01-03", "--dag", "control"
    )
    result = results["control 2024-01-03"]
    assert (status, verdicts(result)) == (0, {}), printed
    branch = next(t for t in result["tasks"] if t["task_id"] == "choose")
    assert [i["verdict"] for i in branch["items"]] == ["equal", "equal", "left out"]


def test_steps_run_as_deployed_in_a_process_each(make_pair: MakePair, airflow2_python: str) -> None:
    date = ["--date", "2024-01-03", "--dag", "control"]
    status, results, printed = compare(
        make_pair({}), "--airflow-python", airflow2_python, *date, "--deployed"
    )
    assert (status, verdicts(results["control 2024-01-03"])) == (0, {}), printed


def test_a_side_that_cannot_run_is_not_a_difference(make_pair: MakePair, airflow2_python: str) -> None:
    place = make_pair({"DailyPartitionsDefinition(": "HourlyPartitionsDefinition("})
    (place / "twin" / "defs" / "control.py").write_text("import nothing_of_that_name")
    status, results, _ = compare(place, "--airflow-python", airflow2_python, "--date", "2024-01-03")
    assert status == 2
    assert {result["verdict"] for result in results.values()} == {"failed to run"}
    assert "nothing_of_that_name" in results["revenue 2024-01-03"]["error"]


def test_an_interpreter_without_airflow_is_said_in_one_line(make_pair: MakePair, tmp_path: Path) -> None:
    status, results, _ = compare(
        make_pair({}), "--airflow-python", str(tmp_path / "python"), "--date", "2024-01-03"
    )
    assert status == 2
    assert "cannot be started" in results["control 2024-01-03"]["error"]


def test_unchanged_dags_under_dagster_do_the_same(
    make_pair: MakePair, tmp_path: Path, airflow2_python: str
) -> None:
    place = make_pair({})
    command = [
        sys.executable,
        "-m",
        "migrator",
        "import",
        str(place / "dags"),
        "--out",
        str(tmp_path / "jobs"),
    ]
    done = subprocess.run([*command, "--airflow-python", airflow2_python], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(place / "twin")
    shutil.copytree(tmp_path / "jobs", place / "twin")
    status, results, printed = compare(place, "--airflow-python", airflow2_python, "--date", "2024-01-03")
    assert [verdicts(result) for result in results.values()] == [{}, {}], printed
    assert status == 0
    assert all(not result["left_out"] for result in results.values())


RELATIVE = """
from datetime import datetime
from pathlib import Path
from airflow.decorators import dag, task

@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def writes():
    @task
    def here():
        Path("made.txt").write_text("x")
        return Path.cwd().name

    here()

writes()
"""


@pytest.mark.parametrize("phase", ["import", "convert"])
def test_files_of_relative_paths_stay_in_the_sandbox_of_a_side(
    phase: str, tmp_path: Path, airflow2_python: str
) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "writes.py").write_text(RELATIVE)
    (tmp_path / "migrate.yaml").write_text("version: 1\ndags: {writes: {outputs: [made.txt]}}\n")
    made = [sys.executable, "-m", "migrator", phase, str(tmp_path / "dags"), "--out", str(tmp_path / "twin")]
    subprocess.run(made, check=True, capture_output=True)
    before = sorted(Path.cwd().iterdir())
    # before the DAG starts, so that the first run there is has to be found
    status, results, printed = compare(tmp_path, "--airflow-python", airflow2_python, "--date", "2023-12-24")
    (result,) = results.values()
    assert (status, verdicts(result)) == (0, {}), printed
    assert result["interval"][0] == "2024-01-01T00:00:00+00:00"
    assert "made.txt" in {item["name"] for item in result["items"]}
    assert sorted(Path.cwd().iterdir()) == before
