"""A Dagster run starts Airflow once, whichever process its steps run in, and takes it along when it ends."""

import signal
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.phase_one.conftest import Imported
from tests.processes import lives, until

Run = dict[str, Any]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """The temporary folder of these runs. The name of a socket must be short."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(params=["2", "3"])
def project(
    request: pytest.FixtureRequest,
    imported: Callable[..., Imported],
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Imported]:
    monkeypatch.setenv("TMPDIR", str(place))
    yield imported(request.param)
    assert until(lambda: not list(place.glob("migrate-*"))), list(place.rglob("*"))


def values(run: Run) -> dict[str, Any]:
    return {task["task_id"]: task["xcoms"]["return_value"]["json"] for task in run["record"]["tasks"]}


def test_ten_tasks_in_ten_processes_start_airflow_once_and_two_runs_at_once_twice(
    project: Imported, tmp_path: Path
) -> None:
    """The parent of each task's process is the one that has started Airflow."""

    def once(name: str) -> Run:
        folder = tmp_path / name
        folder.mkdir()
        more = {"home": str(folder), "output": str(folder / "result.json")}
        return project.run("ten", partition="2024-01-03", processes=True, **more)

    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(once, ["one", "two"]))
    assert all(run["success"] and len(run["record"]["tasks"]) == 10 for run in runs)
    started = [set(values(run).values()) for run in runs]
    assert [len(each) for each in started] == [1, 1]
    assert started[0] != started[1]
    assert until(lambda: not any(lives(pid) for pid in started[0] | started[1]))


def test_in_one_process_too_and_it_has_ended_when_the_run_has(project: Imported) -> None:
    run = project.run("ten", partition="2024-01-04")
    (server,) = set(values(run).values())
    assert run["success"] and not lives(server)


def test_a_killed_airflow_costs_one_try(project: Imported) -> None:
    run = project.run("survives", processes=True)
    assert run["success"]
    assert run["steps"]["lost"] == {"retries": 1, "state": "success", "tries": 2, "green": True}
    assert values(run)["lost"] == 2


@pytest.mark.parametrize(
    ("project", "number"),  # what a signal does is Dagster's part: one Airflow is enough for two of them
    [("2", signal.SIGTERM), ("3", signal.SIGINT), ("3", signal.SIGTERM), ("3", signal.SIGKILL)],
    indirect=["project"],
)
def test_ending_a_run_ends_its_task_and_its_airflow(project: Imported, tmp_path: Path, number: int) -> None:
    notes = tmp_path / "notes"
    runner = project.start("works", {"NOTES": str(notes)}, processes=True, home=str(tmp_path))
    assert until(notes.exists), runner.communicate()[1][-3000:]
    work, server = map(int, notes.read_text().split())
    runner.send_signal(number)
    assert until(Path(f"{notes}.killed").exists), "on_kill was not called"
    assert until(lambda: not lives(work) and not lives(server))
    runner.communicate(timeout=120)
