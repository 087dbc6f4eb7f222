"""What is known between two looks: which runs belong together, what was compared, and what is said of it."""

from datetime import datetime, timezone
from pathlib import Path

import pytest

from migrator.errors import UsageError
from migrator.manifest import DagEntry, TaskEntry
from migrator.parity.compare import Rules
from migrator.parity.live import airflow, dagster, http
from migrator.parity.live.intervals import WAITING, pairs
from migrator.parity.live.memory import Entry, Memory
from migrator.parity.live.outputs import Declared, Places
from migrator.parity.live.status import Interval, Status, exit_status
from migrator.parity.live.steps import Steps, tasks
from migrator.parity.verdict import DIFFERENT, EQUAL, NOT_COMPARABLE
from migrator.report import live as report

DAY = "2024-01-03T00:00:00Z"
NEXT = "2024-01-04T00:00:00Z"


def of_airflow(state: str = "success", start: str = DAY) -> airflow.Run:
    return airflow.Run("scheduled__1", "scheduled", state, start, NEXT, NEXT if state == "success" else "")


@pytest.mark.parametrize(
    ("start", "zone", "about"),
    [
        (DAY, "UTC", "2024-01-03"),
        ("2024-03-30T23:00:00+00:00", "Europe/Berlin", "2024-03-31"),
        ("2024-03-31T22:00:00+00:00", "Europe/Berlin", "2024-04-01"),
        ("2024-01-03T06:00:00Z", "UTC", "2024-01-03-06:00"),
        (DAY, "UTC", "2024-01-03T00:00:00+00:00"),
        (DAY, "UTC", "2024-01-03T01:00:00+01:00"),
    ],
)
def test_a_run_of_dagster_belongs_to_the_interval_that_it_names(start: str, zone: str, about: str) -> None:
    run = dagster.Run("r", "SUCCESS", about)
    (pair,) = pairs([of_airflow(start=start)], [run, dagster.Run("x", "SUCCESS", "2020-01-01")], zone)
    assert pair.right == (run,) and pair.waits_for == ""


@pytest.mark.parametrize(
    ("state", "statuses", "said"),
    [
        ("running", ["SUCCESS"], "Airflow's run is running"),
        ("success", [], "Dagster has no run of it"),
        ("success", ["FAILURE", "STARTED"], "Dagster's run is started"),
        ("failed", ["FAILURE"], ""),
    ],
)
def test_an_interval_waits_until_both_sides_have_finished_it(
    state: str, statuses: list[str], said: str
) -> None:
    runs = [dagster.Run(str(number), status, "2024-01-03") for number, status in enumerate(statuses)]
    assert pairs([of_airflow(state)], runs, "UTC")[0].waits_for == said


def status(*verdicts: str) -> Status:
    days = [f"2024-01-{day:02}T00:00:00+00:00" for day in range(1, len(verdicts) + 2)]
    return Status(
        "nightly",
        "2.11.2",
        "1.13.0",
        tuple(Interval(days[n], days[n + 1], verdict) for n, verdict in enumerate(verdicts)),
    )


@pytest.mark.parametrize(
    ("verdicts", "in_a_row", "exit_code"),
    [
        ([], 0, 1),
        ([WAITING], 0, 1),
        ([EQUAL, EQUAL], 2, 0),
        ([EQUAL, EQUAL, WAITING], 2, 0),
        ([EQUAL, WAITING, EQUAL], 1, 0),
        ([DIFFERENT, EQUAL], 1, 1),
        ([EQUAL, NOT_COMPARABLE], 0, 1),
    ],
)
def test_waiting_is_never_a_pass_and_ends_a_row_in_between(
    verdicts: list[str], in_a_row: int, exit_code: int
) -> None:
    assert (status(*verdicts).in_a_row, exit_status([status(*verdicts)])) == (in_a_row, exit_code)


def test_what_was_compared_is_there_after_a_restart_and_replaced_when_it_ran_again(tmp_path: Path) -> None:
    place = str(tmp_path / "memory.sqlite")
    for verdict in (DIFFERENT, EQUAL):
        memory = Memory(place)
        memory.keep("http://a", "nightly", Entry(DAY, NEXT, "run 1", verdict, NEXT, {"é": 1}))
        memory.close()
    memory = Memory(place)
    assert memory.entries("http://a", "nightly") == {DAY: Entry(DAY, NEXT, "run 1", EQUAL, NEXT, {"é": 1})}
    assert memory.entries("http://b", "nightly") == {}
    memory.close()


@pytest.mark.parametrize(
    "place", ["postgresql://me:secret@host/db", "mysql://host/db", "env:NOT_SET_ANYWHERE"]
)
def test_a_memory_that_cannot_be_is_refused_without_its_password(place: str) -> None:
    with pytest.raises(UsageError) as refused:
        Memory(place)
    assert "secret" not in str(refused.value)


def test_a_login_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as refused:
        http.address("https://me:secret@host", "--airflow-url")
    assert "secret" not in str(refused.value)


def test_a_file_belongs_to_the_day_in_its_name_and_one_without_to_the_newest(tmp_path: Path) -> None:
    for side in ("a", "b"):
        for name in ("x_2024-01-03.csv", "x_20240104.csv", "all.csv"):
            (tmp_path / side).mkdir(exist_ok=True)
            (tmp_path / side / name).write_text("n\n1\n")
    declared = Declared(("*.csv", "*.json"), Places(tmp_path / "a"), Places(tmp_path / "b"))
    older = declared.files(declared.left, "2024-01-03", False, tmp_path / "one")
    newest = declared.files(declared.right, "2024-01-04", True, tmp_path / "two")
    assert (older, newest) == (("x_2024-01-03.csv",), ("all.csv", "x_20240104.csv"))
    assert [item.name for item in declared.unseen(older)] == ["*.json"]


def test_outputs_out_of_reach_are_not_comparable() -> None:
    declared = Declared(("out/*.csv", "database/t.csv"), Places(), Places())
    assert {item.outcome.verdict for item in declared.others(True, Rules())} == {NOT_COMPARABLE}


def test_tables_of_both_databases_are_compared(tmp_path: Path) -> None:
    import duckdb

    for name, value in (("a", 1), ("b", 2)):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as database:
            database.execute(f"CREATE TABLE totals AS SELECT 1 AS id, {value} AS n")
    sides = [Places(database=f"duckdb:///{tmp_path / name}.duckdb") for name in ("a", "b")]
    (item,) = Declared(("database/totals.csv",), *sides).others(True, Rules())
    assert item.outcome.verdict == DIFFERENT


def test_states_and_tries_are_read_off_the_events() -> None:
    steps = Steps({"a": (), "b": ("a",), "c": ("b",), "m[?]": ("a",), "d": ("m[?]",)})
    steps.note(
        [
            {"__typename": "ExecutionStepUpForRetryEvent", "stepKey": "a"},
            {"__typename": "ExecutionStepOutputEvent", "stepKey": "a", "metadataEntries": []},
            {"__typename": "ExecutionStepSuccessEvent", "stepKey": "a"},
            {"__typename": "ExecutionStepFailureEvent", "stepKey": "b"},
            {"__typename": "ExecutionStepSuccessEvent", "stepKey": "m[0]"},
            {"__typename": "ExecutionStepSkippedEvent", "stepKey": "m[1]"},
        ]
    )
    entry = DagEntry("f.py", "job", "defs.f", "f", tasks={n: TaskEntry("native", op=n) for n in "abcdm"})
    found = {(task.task_id, task.map_index): (task.state, task.tries) for task in tasks(entry, steps)}
    assert found == {
        ("a", -1): ("success", 2),
        ("b", -1): ("failed", 1),
        ("c", -1): ("upstream_failed", 0),
        ("d", -1): ("skipped", 0),
        ("m", 0): ("skipped", 0),  # it put nothing out
        ("m", 1): ("skipped", 0),
    }


def test_the_page_is_one_file_without_scripts_and_escapes_what_it_shows() -> None:
    bad = Interval(DAY, NEXT, DIFFERENT, "<script>alert(1)</script>")
    page = report.page([Status("a<b", "2.11.2", "1.13.0", (bad,))], datetime.now(timezone.utc).isoformat())
    assert "<script" not in page and "a&lt;b" in page and "default-src 'none'" in page
    assert "0 in a row equal" in report.text([Status("a", "2", "1", (bad,))])
