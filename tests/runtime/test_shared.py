"""One warm Airflow serves many processes: what it shares, how it ends, and that nothing of it stays."""

import ast
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from migrator.runtime import airflow_shared
from migrator.runtime.airflow_client import AirflowError
from migrator.runtime.airflow_shared import SharedAirflow, release
from tests.processes import lives, until

HERE = Path(__file__).parent
DAGS = HERE / "shared_dags"
Answer = dict[str, Any]


class Run:
    """One run, whose clients are this process and others."""

    def __init__(self, python: str, state: Path, folder: Path) -> None:
        self.python, self.state, self.folder, self.notes = python, state, folder, folder / "notes"
        self.notes.mkdir(parents=True)
        self.place = folder  # of the database, and of what the tasks give
        self.owner = subprocess.Popen(["sleep", "36000"])
        self.airflow = self.client()

    def client(self, **more: Any) -> SharedAirflow:
        given: dict[str, Any] = {
            "run": str(self.folder),
            "owner": self.owner.pid,
            "state": self.state,
            **more,
        }
        return SharedAirflow(self.python, DAGS, env={"NOTES": str(self.notes)}, **given)

    def step(self, dag_id: str, task_id: str, client: SharedAirflow | None = None, **more: Any) -> Answer:
        (found,) = (client or self.airflow).step(
            "warm.py",
            dag_id,
            task_id,
            database=self.place / "run.db",
            run_id="r",
            date="2024-01-03",
            out=self.place / "out",
            **more,
        )["instances"]
        return dict(found)

    def value(self, dag_id: str, task_id: str, **more: Any) -> Any:
        return self.step(dag_id, task_id, **more)["xcoms"]["return_value"]["json"]

    def process(self, dag_id: str, task_id: str) -> "subprocess.Popen[str]":
        given = {"python": self.python, "dags": str(DAGS), "state": str(self.state), "run": str(self.folder)}
        given |= {"owner": self.owner.pid, "folder": str(self.place)}  # type: ignore[dict-item]
        return subprocess.Popen(
            [sys.executable, str(HERE / "shared_client.py"), json.dumps(given), dag_id, task_id],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "NOTES": str(self.notes)},
        )

    def noted(self, name: str) -> str:
        assert until((self.notes / name).exists), f"no {name} among {os.listdir(self.notes)}"
        return (self.notes / name).read_text().strip()

    def end(self) -> None:
        self.owner.kill()
        self.owner.wait()
        release(str(self.folder))
        assert until(lambda: not self.airflow.folder.exists()), os.listdir(self.airflow.folder)


@pytest.fixture(scope="module", params=["2", "3"])
def airflow_python(request: pytest.FixtureRequest, airflow_pythons: dict[str, str]) -> str:
    return airflow_pythons[request.param]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def stays(airflow_python: str, state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    run = Run(airflow_python, state, tmp_path_factory.mktemp("shared run"))
    yield run
    run.end()


@pytest.fixture
def shared(stays: Run, tmp_path: Path) -> Run:
    """A run that stays, for what does not end its Airflow. Each test has a database of its own, and no notes."""
    for note in stays.notes.iterdir():
        note.unlink()
    stays.place = tmp_path
    return stays


@pytest.fixture
def run(airflow_python: str, state: Path, tmp_path: Path) -> Iterator[Run]:
    run = Run(airflow_python, state, tmp_path / "run")
    yield run
    run.end()


@pytest.fixture
def run2(airflow_pythons: dict[str, str], state: Path, tmp_path: Path) -> Iterator[Run]:
    """For what does not depend on the version."""
    run = Run(airflow_pythons["2"], state, tmp_path / "run")
    yield run
    run.end()


def test_processes_that_ask_at_once_get_the_same_airflow(run: Run) -> None:
    clients = [run.process("warm", "t0"), run.process("waits", "leaves")]
    answers = [json.loads(client.communicate()[0])["instances"][0] for client in clients]
    assert [answer["state"] for answer in answers] == ["success", "success"]
    first = answers[0]["xcoms"]["return_value"]["json"]["server"]
    assert {run.value("warm", f"t{n}")["server"] for n in (1, 2, 3)} == {first}
    left = answers[1]["xcoms"]["return_value"]["json"]
    assert until(lambda: not lives(left)), "a process that the task has left runs on"


def test_requests_work_side_by_side_and_logs_come_as_they_are_written(shared: Run) -> None:
    lines: list[str] = []
    with ThreadPoolExecutor() as pool:
        left = pool.submit(shared.step, "waits", "left", on_log=lines.append)
        assert until(lambda: "I am left" in lines) and not left.done()
        right = pool.submit(shared.step, "waits", "right", client=shared.client())
        assert (left.result()["state"], right.result()["state"]) == ("success", "success")


def test_each_request_has_its_folder_and_its_variables(shared: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shared.step("warm", "t0")
    monkeypatch.setenv("WORD", "secret-of-one-step")
    found = shared.value("warm", "t4")
    assert found["word"] == "secret-of-one-step"
    monkeypatch.delenv("WORD")
    assert shared.value("warm", "t5")["word"] is None
    texts = [path.read_bytes() for path in shared.airflow.folder.rglob("*") if path.is_file()]
    assert not any(b"secret-of-one-step" in text for text in texts)
    assert b"secret" not in Path(f"/proc/{found['server']}/cmdline").read_bytes()
    assert shared.airflow.folder.stat().st_mode & 0o777 == 0o700


def test_libraries_of_the_dag_file_are_imported_once(shared: Run) -> None:
    shared.step("warm", "t0")
    assert until(lambda: not list(shared.airflow.folder.rglob("learned-*")))
    assert shared.value("warm", "t6")["known"]


def test_a_task_that_crashes_is_named_and_takes_nothing_with_it(shared: Run) -> None:
    before = shared.value("warm", "t0")["server"]
    with pytest.raises(AirflowError, match=r"status 3, in task exits") as error:
        shared.step("waits", "exits")
    assert error.value.kind == "died"
    with pytest.raises(AirflowError, match="SIGKILL"):
        shared.step("waits", "crashes")
    assert shared.value("warm", "t7")["server"] == before


def test_a_request_has_a_time_limit_and_on_kill_is_called(shared: Run) -> None:
    lines: list[str] = []
    with pytest.raises(AirflowError, match="not done within 8 s") as error:
        shared.step("waits", "patient", timeout=8, on_log=lines.append)
    assert error.value.kind == "timeout"
    assert "on_kill was called" in lines
    assert not lives(int(shared.noted("work")))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_client_that_is_interrupted_or_killed_cancels_its_task(shared: Run, number: int) -> None:
    server = shared.value("warm", "t0")["server"]
    client = shared.process("waits", "patient")
    work = int(shared.noted("work"))
    client.send_signal(number)
    shared.noted("killed")
    assert until(lambda: not lives(work))
    _, log = client.communicate()
    assert ("on_kill was called" in log) == (number != signal.SIGKILL)
    assert shared.value("warm", "t1")["server"] == server, "the run's Airflow does not answer any more"


def test_a_killed_server_is_an_error_leaves_nothing_and_the_next_try_starts_another(run: Run) -> None:
    server = run.value("warm", "t0")["server"]
    client = run.process("waits", "patient")
    work = int(run.noted("work"))
    old = list(run.airflow.folder.glob("s*"))
    os.kill(server, signal.SIGKILL)
    found = json.loads(client.communicate(timeout=120)[0])
    assert found["kind"] == "died" and "the Airflow process of this run has ended" in found["error"]
    assert until(lambda: not lives(work)), "the task's work goes on without it"
    assert until(lambda: not any(folder.exists() for folder in old))
    assert run.value("warm", "t1")["server"] != server


def test_a_lost_try_counts_and_the_task_runs_again(run: Run) -> None:
    server = run.value("warm", "t0")["server"]
    client = run.process("waits", "tries")
    run.noted("try1")
    os.kill(server, signal.SIGKILL)
    assert json.loads(client.communicate(timeout=120)[0])["kind"] == "died"
    (run.notes / "go").touch()
    again = run.step("waits", "tries", try_number=2)
    assert (again["state"], again["tries"]) == ("success", 2)


def test_the_end_of_the_runs_process_ends_all(run2: Run) -> None:
    server = run2.value("warm", "t0")["server"]
    client = run2.process("waits", "shell")
    shell = int(run2.noted("shell"))
    run2.owner.kill()
    run2.owner.wait()
    assert json.loads(client.communicate(timeout=120)[0])["kind"] in ("cancelled", "died")
    assert until(lambda: not lives(server) and not lives(shell))


def test_a_terminated_server_cancels_its_tasks(run2: Run) -> None:
    server = run2.value("warm", "t0")["server"]
    client = run2.process("waits", "patient")
    work = int(run2.noted("work"))
    os.kill(server, signal.SIGTERM)
    assert json.loads(client.communicate(timeout=120)[0])["kind"] == "cancelled"
    run2.noted("killed")
    assert until(lambda: not lives(server) and not lives(work))


def test_a_task_that_does_not_listen_is_killed(shared: Run) -> None:
    client = shared.process("waits", "sleeps")
    shared.noted("sleeps")
    client.send_signal(signal.SIGINT)
    client.communicate(timeout=120)  # it sleeps for longer
    with pytest.raises(AirflowError, match="not done within 3 s"):  # not held up by the try before
        shared.step("waits", "sleeps", try_number=2, timeout=3)


def test_nobody_asks_for_a_while(run2: Run) -> None:
    client = run2.client(idle=0.5)
    server = run2.value("warm", "t0", client=client)["server"]
    time.sleep(2)
    assert lives(server), "it ended although a client holds it"
    client.close()
    assert until(lambda: not lives(server))
    assert run2.value("warm", "t1")["server"] != server


def test_the_last_client_of_a_run_in_one_process_ends_it(run2: Run) -> None:
    client = run2.client(owner=os.getpid(), run="in one process")
    server = run2.value("warm", "t0", client=client)["server"]
    release("in one process")
    assert not lives(server)
    assert not client.folder.exists()


def test_two_runs_have_two(run2: Run) -> None:
    other = run2.client(owner=os.getpid(), run="the other run")
    found = {run2.value("warm", "t0")["server"], run2.value("warm", "t1", client=other)["server"]}
    release("the other run")
    assert len(found) == 2


def test_an_interpreter_that_cannot_is_named_and_nothing_stays(tmp_path: Path) -> None:
    for python, words in (
        ("/usr/bin/false", "exit status 1"),
        (sys.executable + "-none", "cannot be started: No such file"),
        ("/usr/bin/python3", "has no Airflow"),
    ):
        airflow = SharedAirflow(python, DAGS, run=str(tmp_path), state=tmp_path)
        with pytest.raises(AirflowError, match=words) as error:
            airflow.open()
        assert error.value.kind == "start" and python in str(error.value)
        assert until(lambda: not airflow.folder.exists())  # noqa: B023


def test_a_folder_that_others_can_open_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(airflow_shared.tempfile, "tempdir", f"/tmp/{os.getpid()}")
    place = Path(f"/tmp/{os.getpid()}/migrate-airflow-{os.getuid()}")
    place.mkdir(parents=True, mode=0o755)
    try:
        with pytest.raises(AirflowError, match="only this user can open"):
            SharedAirflow(sys.executable, DAGS, run="x", state=tmp_path).open()
    finally:
        place.rmdir()
        place.parent.rmdir()


@pytest.mark.parametrize("name", ["airflow_server.py", "airflow_task.py"])
def test_what_runs_in_airflow_keeps_to_the_syntax_of_python_3_7(name: str) -> None:
    ast.parse(Path(airflow_shared.__file__).with_name(name).read_text(), feature_version=(3, 7))
