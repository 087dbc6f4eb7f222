"""Ranges of dates, several DAGs at once, comparisons that are started again, and sides that are run twice."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from migrator.cli.compare import command as compare_command
from migrator.parity import kept, steadiness
from migrator.parity.compare import Rules, compare
from migrator.parity.record import Json, Record, TaskRecord

RUNS = Path(__file__).parent / "runs"
NOTES = """\
note = Path(__file__).parent.parent / "shared" / "noted"
        note.parent.mkdir(exist_ok=True)
        note.write_text(str(time.time()))
        return 1"""
SPRING = "2024-03-30..2024-04-01"  # summer time begins on the second of these days


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("runs")
    shutil.copytree(RUNS, place, dirs_exist_ok=True)
    command = [sys.executable, "-m", "migrator", "convert", str(place / "dags"), "--out", str(place / "twin")]
    environment = {**os.environ, "RUNS_DATA": str(place)}
    subprocess.run(
        [*command, "--plan", str(place / "migrate.yaml")], check=True, capture_output=True, env=environment
    )
    return place


def command(place: Path, work: Path, airflow: str, *options: str) -> list[str]:
    start = [sys.executable, "-m", "migrator", "compare", str(place / "twin"), "--dags", str(place / "dags")]
    more = ["--plan", str(place / "migrate.yaml"), "--format", "json", "--work", str(work)]
    return [*start, *more, "--airflow-python", airflow, *options]


def run(asked: list[str], gate: Path | None = None) -> tuple[int, dict[str, Any], str]:
    """Exit status, the results by DAG and date, and what was said besides. The gate is open, if nobody has one."""
    environment = {**os.environ, "RUNS_GATE": str(gate or RUNS)}
    done = subprocess.run(asked, capture_output=True, text=True, env=environment)
    assert done.stdout, done.stderr
    results = json.loads(done.stdout)["results"]
    return done.returncode, {f"{r['dag_id']} {r['date']}": r for r in results}, done.stderr


def item(result: dict[str, Any], task_id: str, name: str = "return_value") -> dict[str, Any]:
    task = next(task for task in result["tasks"] if task["task_id"] == task_id)
    found: dict[str, Any] = next(item for item in task["items"] if item["name"] == name)
    return found


Ran = tuple[int, dict[str, Any], str]


@pytest.fixture(scope="session")
def spring(
    converted: Path, airflow2_python: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Ran]:
    work = tmp_path_factory.mktemp("spring")
    options = ("--dates", SPRING, "--self-check", "--jobs", "2")
    return work, run(command(converted, work, airflow2_python, *options))


def test_a_range_means_all_runs_of_the_schedule_in_it(spring: tuple[Path, Ran]) -> None:
    _, (_, results, printed) = spring
    nights = {place: result["interval"][0] for place, result in results.items() if "berlin" in place}
    assert nights == {  # as the clocks in Berlin show, and as those in UTC do
        "berlin 2024-03-30T05:30:00+01:00": "2024-03-30T04:30:00+00:00",
        "berlin 2024-03-31T05:30:00+02:00": "2024-03-31T03:30:00+00:00",
        "berlin 2024-04-01T05:30:00+02:00": "2024-04-01T03:30:00+00:00",
    }, printed
    days = [place for place in results if place.startswith("chance")]
    assert days == ["chance 2024-03-30", "chance 2024-03-31", "chance 2024-04-01"]
    assert [place for place in results if place.startswith("waits")] == ["waits 2024-04-01"]


def test_the_runs_of_a_range_are_one_sequence(spring: tuple[Path, Ran]) -> None:
    work, (_, results, printed) = spring
    assert {r["verdict"] for place, r in results.items() if "berlin" in place} == {"equal"}, printed
    for side in ("airflow", "dagster"):
        assert (work / "airflow" / "berlin" / side / "sandbox" / "nights.json").read_text() == "3"


def test_what_differs_from_itself_is_no_difference_and_no_pass(spring: tuple[Path, Ran]) -> None:
    _, (status, results, _) = spring
    assert status == 1
    for day in ("2024-03-30", "2024-03-31", "2024-04-01"):
        result = results[f"chance {day}"]
        assert result["verdict"] == "nondeterministic"
        assert item(result, "other")["verdict"] == "nondeterministic"
        assert "two runs of Airflow differ" in item(result, "other")["detail"]
        assert "two runs of Dagster differ" in item(result, "other")["detail"]
        assert item(result, "same")["verdict"] == "equal"
        assert item(result, "numbers")["verdict"] == "equal"
        assert item(result, "dice")["verdict"] == "equal"  # chance begins with the same seed on both sides


def test_what_was_finished_is_not_run_again(
    spring: tuple[Path, Ran], converted: Path, airflow2_python: str
) -> None:
    work, (_, before, _) = spring
    options = ("--dates", SPRING, "--self-check", "--jobs", "2")
    again = run(command(converted, work, airflow2_python, *options))
    assert again[1] == before
    told = [line.strip() for line in again[2].splitlines()]
    assert len(told) == 12 and all(line.endswith("finished before, and not run again") for line in told), told


def test_an_interrupted_comparison_goes_on_where_it_was_and_runs_what_has_changed(
    converted: Path, airflow2_python: str, tmp_path: Path
) -> None:
    place = tmp_path / "runs"
    shutil.copytree(converted, place)
    work, gate = tmp_path / "work", tmp_path / "gate"
    dags = ("--dag", "chance", "--dag", "waits")
    plan = place / "migrate.yaml"
    plan.write_text(plan.read_text().replace("sandbox:", "sandbox:\n  watch: [shared]"))
    asked = command(place, work, airflow2_python, *dags, "--date", "2024-04-01")
    environment = {**os.environ, "RUNS_GATE": str(gate)}
    killed = subprocess.Popen(asked, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not (work / "airflow" / "waits" / "airflow" / "runs").exists():
            assert killed.poll() is None
            time.sleep(0.05)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert not (work / "airflow" / "waits" / "airflow" / kept.NAME).exists()
    gate.touch()
    _, results, printed = run(asked, gate)
    assert item(results["waits 2024-04-01"], "wait")["verdict"] == "equal", printed
    for line in ("chance in Airflow", "chance in Dagster"):
        assert f"  {line}: finished before, and not run again" in printed
        assert f"  {line}\n" not in printed
    assert "  waits in Airflow\n" in printed
    dag_file = place / "dags" / "waits.py"
    dag_file.write_text(dag_file.read_text().replace('return "went on"', NOTES))
    status, results, printed = run(asked, gate)
    assert status == 1
    assert "  chance in Airflow: finished before" in printed
    assert "  waits in Airflow: finished before" not in printed
    assert item(results["waits 2024-04-01"], "wait")["verdict"] == "different"
    (told,) = [i for i in results["waits 2024-04-01"]["items"] if i["name"] == "outside the sandbox"]
    noted = place / "shared" / "noted"
    assert told["verdict"] == "not comparable"
    assert told["detail"].startswith(f"Airflow: {noted} (new); ")


def test_ranges_of_airflow_3(converted: Path, airflow3_python: str, tmp_path: Path) -> None:
    options = ("--dates", "2024-03-30..2024-03-31", "--dag", "chance", "--dag", "waits")
    _, results, printed = run(command(converted, tmp_path, airflow3_python, *options))
    assert list(results) == ["chance 2024-03-30", "chance 2024-03-31"], printed
    assert "waits: its schedule has no run in 2024-03-30..2024-03-31" in printed
    assert (
        item(results["chance 2024-03-31"], "other")["verdict"] == "different"
    )  # nobody asked for a second run


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-01-01", "not FIRST..LAST"),
        ("2024-02-01..2024-01-01", "ends before it begins"),
        ("a..b", "not FIRST"),
    ],
)
def test_a_range_that_is_none_is_said_in_one_line(text: str, said: str) -> None:
    done = CliRunner().invoke(compare_command, ["twin", "--dates", text])
    assert done.exit_code != 0
    assert said in str(done.exception) + done.output


# ------------------------------------------------------------------------------ records alone


def a_record(folder: Path, **returned: object) -> Record:
    tasks = tuple(
        TaskRecord(name, -1, "success", 1, {"return_value": Json(v)}) for name, v in returned.items()
    )
    folder.mkdir(parents=True, exist_ok=True)
    return Record(
        folder, "airflow", "2.11", "d", folder.name, None, None, "success", tasks, dates=("2024-01-01",)
    )


def kept_side(side: Path) -> list[Record]:
    def make() -> list[Record]:
        from migrator.parity import record

        found = a_record(side / kept.RUNS / "one", task=1)
        record.write(found)
        return [found]

    return kept.made(side, "print", make)[0]


def test_kept_records_are_those_that_were_made(tmp_path: Path) -> None:
    assert kept.read(tmp_path, "print") is None
    made = kept_side(tmp_path)
    assert kept.read(tmp_path, "print") == made
    assert kept.read(tmp_path, "another") is None
    assert kept.made(tmp_path, "print", lambda: made) == (made, True)
    assert kept.made(tmp_path, "print", list, resume=False) == ([], False)


@pytest.mark.parametrize("harm", ["cut", "gone", "more", "marker"])
def test_records_that_are_not_whole_are_never_read(harm: str, tmp_path: Path) -> None:
    kept_side(tmp_path)
    path = tmp_path / kept.RUNS / "one" / "record.json"
    if harm == "cut":
        path.write_text(path.read_text()[:-5])
    elif harm == "gone":
        path.unlink()
    elif harm == "more":
        path.with_name("another.json").touch()
    else:
        marker = tmp_path / kept.NAME
        marker.write_text(marker.read_text()[:40])
    assert kept.read(tmp_path, "print") is None


def test_a_side_that_fails_leaves_no_word_that_it_was_finished(tmp_path: Path) -> None:
    kept_side(tmp_path)

    def fails() -> list[Record]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        kept.made(tmp_path, "another", fails)
    assert kept.read(tmp_path, "print") is None


def verdicts(first: tuple[Record, Record], second: tuple[Record, Record]) -> dict[str, str]:
    rules = Rules()
    found = steadiness.judge(compare(first[0], second[0], rules), first, second, rules)
    return {f"{task.task_id} {i.name}": i.outcome.verdict for task in found.tasks for i in task.items}


def test_a_value_that_happens_to_agree_is_no_pass_either(tmp_path: Path) -> None:
    same, other = a_record(tmp_path / "a", task=1), a_record(tmp_path / "b", task=2)
    assert verdicts((same, other), (same, same))["task return_value"] == "nondeterministic"
    assert verdicts((same, same), (same, other))["task return_value"] == "nondeterministic"
    assert verdicts((same, same), (same, same))["task return_value"] == "equal"
    assert verdicts((same, same), (other, other))["task return_value"] == "different"


def test_a_task_that_is_only_sometimes_there_is_no_pass(tmp_path: Path) -> None:
    one, two = a_record(tmp_path / "a", task=1), a_record(tmp_path / "b", task=1, guest=1)
    assert verdicts((one, two), (one, one))["guest task"] == "nondeterministic"
    assert verdicts((two, one), (one, one))["guest task"] == "nondeterministic"
    assert set(verdicts((two, one), (two, two)).values()) == {"equal", "nondeterministic"}
    assert verdicts((two, two), (one, one))["guest task"] == "missing"


def test_a_value_that_is_only_sometimes_there_is_no_pass(tmp_path: Path) -> None:
    none, some = a_record(tmp_path / "a", task=None), a_record(tmp_path / "b", task=1)
    assert verdicts((none, some), (none, none))["task return_value"] == "nondeterministic"
