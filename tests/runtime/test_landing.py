"""The sensor of a landing folder: each file once, whatever comes when, and though the daemon is killed meanwhile."""

import json
import os
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.runtime.landing import FILE, Landing, put_aside, stamp_of
from tests.daemons import daemon_of, wait_until

DAYS = dg.DailyPartitionsDefinition("2024-01-01")
HEADER = "order_id,amount"


def landing_of(folder: Path) -> Landing:
    (folder / "in").mkdir(exist_ok=True)
    return Landing("orders", f"{folder}/in", "orders_{partition}_*.csv", f"{folder}/bad", HEADER, DAYS)


class Daemon:
    """What Dagster's does with a sensor: keeps its cursor, and makes one run for each run key."""

    def __init__(self, landing: Landing, folder: Path) -> None:
        self.landing, self.folder = landing, folder
        self.cursor: str | None = None
        self.runs: dict[str, dg.RunRequest] = {}

    def tick(self, *, killed: bool = False) -> list[dg.RunRequest]:
        """One tick; `killed`: after half of its runs are made, before the cursor is kept."""
        found = self.landing.look(dg.build_sensor_context(cursor=self.cursor))
        assert isinstance(found, dg.SensorResult)
        asked = list(found.run_requests or [])
        new = [r for r in (asked[: len(asked) // 2] if killed else asked) if r.run_key not in self.runs]
        self.runs |= {str(r.run_key): r for r in new}
        for request in new:
            if request.job_name == "orders_quarantine":
                self.put_aside(request)
        self.cursor = self.cursor if killed else found.cursor
        return new

    def put_aside(self, request: dg.RunRequest) -> None:
        config = request.run_config["ops"]["orders_quarantine_move"]["config"]
        put_aside(self.folder / "in" / config["file"], self.folder / "bad", config["stamp"], config["reason"])

    def taken(self) -> list[str]:
        return [r.tags[FILE] for r in self.runs.values() if r.job_name == "orders"]

    def reasons(self) -> dict[str, str]:
        told = [json.loads(p.read_text()) for p in (self.folder / "bad").glob("*.reason.json")]
        return {one["file"]: one["reason"] for one in told}


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    return Daemon(landing_of(tmp_path), tmp_path)


def drop(folder: Path, name: str, text: str) -> None:
    path = folder / "in" / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(10**18, 10**18))  # all files have the same time


def test_a_file_has_one_run_of_its_partition_once_two_ticks_saw_it_the_same(daemon: Daemon) -> None:
    drop(daemon.folder, "orders_2024-01-05_a.csv", f"{HEADER}\n1,2\n")
    assert daemon.tick() == []
    (request,) = daemon.tick()
    assert (request.job_name, request.partition_key) == ("orders", "2024-01-05")
    assert daemon.tick() == daemon.tick() == []


def test_a_file_that_grows_waits_until_it_does_not(daemon: Daemon) -> None:
    for rows in range(1, 5):
        drop(daemon.folder, "orders_2024-01-05_a.csv", f"{HEADER}\n" + "1,2\n" * rows)
        assert daemon.tick() == []
    assert len(daemon.tick()) == 1


def test_files_of_the_same_instant_have_a_run_each(daemon: Daemon) -> None:
    drop(daemon.folder, "orders_2024-01-05_b.csv", f"{HEADER}\n1,2\n")
    daemon.tick()
    daemon.tick()
    drop(daemon.folder, "orders_2024-01-05_a.csv", f"{HEADER}\n1,3\n")
    daemon.tick()
    daemon.tick()
    assert sorted(daemon.taken()) == ["orders_2024-01-05_a.csv", "orders_2024-01-05_b.csv"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("orders_2024-01-05_x.csv", "", "empty", id="no byte"),
        pytest.param("orders_2024-01-05_x.csv", " \n\n", "empty", id="blank lines"),
        pytest.param("orders_2024-01-05_x.csv", "id;amount\n1;2\n", "another first line", id="columns"),
        pytest.param("orders_2024-01-05_x.csv", f"{HEADER}\n1,2", "the last line has no end", id="cut off"),
        pytest.param("orders_yesterday_x.csv", f"{HEADER}\n1,2\n", "yesterday is no partition", id="no day"),
        pytest.param("orders_2024-01-06_x.csv", f"{HEADER}\n9,9\n", "the same content as", id="a twin"),
    ],
)
def test_what_cannot_be_used_is_put_aside_with_its_reason(
    name: str, content: str, reason: str, daemon: Daemon
) -> None:
    drop(daemon.folder, "orders_2024-01-05_good.csv", f"{HEADER}\n9,9\n")
    drop(daemon.folder, name, content)
    daemon.tick()
    daemon.tick()
    assert daemon.taken() == ["orders_2024-01-05_good.csv"]
    assert reason in daemon.reasons()[name]
    assert not (daemon.folder / "in" / name).exists()


def test_a_corrected_file_may_have_the_name_of_one_that_was_put_aside(daemon: Daemon) -> None:
    for text in ("", f"{HEADER}\n1,2\n"):
        drop(daemon.folder, "orders_2024-01-05_a.csv", text)
        daemon.tick()
        daemon.tick()
    assert daemon.taken() == ["orders_2024-01-05_a.csv"]


def test_a_file_that_comes_again_after_it_was_archived_is_a_duplicate(daemon: Daemon) -> None:
    for text in ("1,2\n", "1,2\n", "1,3\n"):
        drop(daemon.folder, "orders_2024-01-05_a.csv", f"{HEADER}\n{text}")
        daemon.tick()
        daemon.tick()
        (daemon.folder / "in" / "orders_2024-01-05_a.csv").unlink(missing_ok=True)
        daemon.tick()
    assert daemon.taken() == ["orders_2024-01-05_a.csv"]
    assert "was there before" in daemon.reasons()["orders_2024-01-05_a.csv"]


def test_the_quarantine_job_moves_the_file_that_it_was_told_of(tmp_path: Path) -> None:
    landing = landing_of(tmp_path)
    drop(tmp_path, "orders_2024-01-05_a.csv", "")
    stamp = stamp_of(tmp_path / "in" / "orders_2024-01-05_a.csv")
    config = {"file": "orders_2024-01-05_a.csv", "stamp": stamp, "reason": "empty"}
    job = landing.quarantine_job("orders_quarantine")
    for moved in (True, False):  # the second time there is nothing to move
        done = job.execute_in_process({"ops": {"orders_quarantine_move": {"config": config}}})
        assert done.success and (done.output_for_node("orders_quarantine_move") is not None) is moved
    assert len(list((tmp_path / "bad").glob("*.csv"))) == 1


ARRIVALS = st.one_of(
    st.tuples(st.just("drop"), st.integers(0, 7), st.integers(0, 5)),
    st.tuples(st.sampled_from(["tick", "killed"]), st.just(0), st.just(0)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ARRIVALS, max_size=25))
def test_nothing_is_lost_and_nothing_done_twice(steps: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as place:
        daemon = Daemon(landing_of(Path(place)), Path(place))
        contents: set[str] = set()
        for verb, name, row in steps:
            if verb == "drop" and not (Path(place) / "in" / f"orders_2024-01-05_{name}.csv").exists():
                text = f"{HEADER}\n1,{row}\n" if row else ""
                drop(daemon.folder, f"orders_2024-01-05_{name}.csv", text)
                contents |= {text} - {""}
            elif verb != "drop":
                daemon.tick(killed=verb == "killed")
        for _ in range(3):
            daemon.tick()
        assert all(count == 1 for count in Counter(daemon.taken()).values())
        left = sorted(p.read_text() for p in (Path(place) / "in").iterdir())
        assert left == sorted(contents)  # each content once, under one name; the others are put aside


# ---------------------------------------------------------------------- a real daemon
CODE = """
import os
import dagster as dg
from migrator.runtime.landing import FILE, Landing

@dg.op
def take(context):
    with open(os.environ["TAKEN"], "a") as file:
        file.write(context.run.tags[FILE] + "\\n")

@dg.job(partitions_def=dg.DailyPartitionsDefinition("2024-01-01"), executor_def=dg.in_process_executor)
def orders():
    take()

@dg.op
def look():
    pass

@dg.job(executor_def=dg.in_process_executor)
def minutely():
    look()

folder = Landing("orders", "$PLACE/in", "orders_{partition}_*.csv", "$PLACE/bad", "order_id,amount",
                 dg.DailyPartitionsDefinition("2024-01-01"))
aside = folder.quarantine_job("orders_quarantine")

@dg.sensor(jobs=[orders, aside], minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING)
def landing(context):
    return folder.look(context)

each_minute = dg.ScheduleDefinition(job=minutely, cron_schedule="* * * * *",
                                    default_status=dg.DefaultScheduleStatus.RUNNING)
defs = dg.Definitions(jobs=[orders, aside, minutely], sensors=[landing], schedules=[each_minute])
"""


def test_a_daemon_killed_among_a_hundred_files_takes_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "code_of_daemon.py").write_text(CODE, encoding="utf-8")
    own = {"PLACE": tmp_path, "TAKEN": tmp_path / "taken"}
    names = [f"orders_2024-01-{1 + n % 28:02}_{n}.csv" for n in range(100)]

    def runs(job: str) -> list[dg.DagsterRun]:
        with dg.DagsterInstance.from_config(str(tmp_path / "home")) as instance:
            return list(instance.get_runs(dg.RunsFilter(job_name=job)))

    def ended(job: str, count: int) -> bool:
        found = runs(job)
        return len(found) >= count and all(run.is_finished for run in found)

    for number, name in enumerate(names[:60]):
        drop(tmp_path, name, f"{HEADER}\n{number},1\n")
    with daemon_of(tmp_path, runs=0, **own) as first:
        wait_until(lambda: len(runs("orders")) >= 5, tmp_path, first)
        first.kill()  # SIGKILL, while it asks for the runs of sixty files
    for number, name in enumerate(names[60:], start=60):
        drop(tmp_path, name, f"{HEADER}\n{number},1\n")
    drop(tmp_path, "orders_2024-01-01_empty.csv", "")
    with daemon_of(tmp_path, **own) as second:
        wait_until(lambda: ended("orders", 100) and ended("orders_quarantine", 1), tmp_path, second)
        wait_until(lambda: ended("minutely", 1), tmp_path, second)
    assert sorted((tmp_path / "taken").read_text().splitlines()) == sorted(names)
    assert {run.status for run in runs("orders")} == {dg.DagsterRunStatus.SUCCESS}
    assert [json.loads(p.read_text())["reason"] for p in (tmp_path / "bad").glob("*.json")] == ["empty"]
