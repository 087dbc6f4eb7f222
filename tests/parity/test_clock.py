"""`--freeze-time`: tasks of both systems read a clock that stands still, all that is around them the real one."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from migrator.errors import UsageError
from migrator.parity import clock
from migrator.parity.clock import CODE, NOTES, Clock

CLOCKS = Path(__file__).parent / "clocks"
PLAN = 'version: 1\ndags:\n  clocks:\n    outputs: ["*.txt"]\n'
MOMENT = "2030-05-06T07:08:09.123456+02:00"
READING = """\
import datetime, json, os, subprocess, sys, time
from time import time as seconds
import numpy, pandas, pendulum

def read():
    class Own(datetime.datetime):
        pass
    utc = datetime.timezone.utc
    found = {
        "now": datetime.datetime.now(utc), "naive": datetime.datetime.now().astimezone(utc),
        "utcnow": datetime.datetime.utcnow().replace(tzinfo=utc), "today": datetime.datetime.today().astimezone(utc),
        "subclass": Own.now(utc), "time": datetime.datetime.fromtimestamp(seconds(), utc),
        "time_ns": datetime.datetime.fromtimestamp(time.time_ns() / 1e9, utc),
        "gettime": datetime.datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), utc),
        "pendulum": pendulum.now("Asia/Tokyo"), "pendulum's class": pendulum.DateTime.now("UTC"),
        "pandas": pandas.Timestamp.now("UTC"), "pandas by name": pandas.Timestamp("now", tz="UTC"),
    }
    whole = {"gmtime": time.gmtime()[:6], "strftime": time.strftime("%Y-%m-%d %H:%M:%S"), "ctime": time.ctime()}
    return {name: value.isoformat() for name, value in found.items()}, whole, type(datetime.datetime.now()).__module__

def sleep_and_start():
    begun, before = time.monotonic(), time.time()
    time.sleep(0.25)
    subprocess.run([sys.executable, "-c", "0"], check=True)
    os.system("true")
    return time.time() - before, time.monotonic() > begun

def sign():
    import boto3
    from botocore.awsrequest import AWSResponse
    client = boto3.client("s3", aws_access_key_id="x", aws_secret_access_key="y", region_name="eu-west-1")
    dates = []
    def answer(request, **_):
        dates.append(request.headers["X-Amz-Date"].decode())
        return AWSResponse(request.url, 200, {}, None)
    client.meta.events.register("before-send", answer)
    try:
        client.head_bucket(Bucket="b")
    except Exception:
        pass
    return dates

def store():
    import sqlalchemy as sa
    table = sa.Table("t", sa.MetaData(), sa.Column("made", sa.DateTime, default=datetime.datetime.utcnow))
    engine = sa.create_engine("sqlite://")
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert())
        return str(connection.execute(sa.select(table)).scalar())
"""
ASKING = f"""\
import json, sys
sys.path.insert(0, {str(CODE.parent)!r})
import migrate_clock
migrate_clock.install()
import reading, waiting
migrate_clock.keep_running("waiting", waiting=True)
later = (lambda: waiting.wait_for(reading.seconds), reading.sleep_and_start)
asked = (reading.read, reading.sign, reading.store, *later)
migrate_clock.stop_at({MOMENT!r}, "a task")
found = [ask() for ask in asked]
migrate_clock.go_on()
json.dump([found, reading.seconds()], sys.stdout)
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], float, list[dict[str, str]]]:
    """What code of a task was told in a process whose clock was stopped; the time afterwards; the notes."""
    place = tmp_path_factory.mktemp("clock")
    (place / "reading.py").write_text(READING)
    (place / "waiting.py").write_text("def wait_for(found):\n    return found()\n")
    told = {
        **Clock().environment(place / NOTES),
        "PYTHONPATH": str(place),
        "TZ": "UTC",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASKING], env=told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found, afterwards = json.loads(done.stdout)
    return found, afterwards, [json.loads(line) for line in (place / NOTES).read_text().splitlines()]


Read = tuple[list[Any], float, list[dict[str, str]]]


def test_every_way_to_ask_gives_the_moment(read: Read) -> None:
    moments, whole, module = read[0][0]
    same = {datetime.fromisoformat(text).timestamp() for text in moments.values()}
    assert same == {datetime.fromisoformat(MOMENT).timestamp()}
    assert whole == {
        "gmtime": [2030, 5, 6, 5, 8, 9],
        "strftime": "2030-05-06 05:08:09",
        "ctime": "Mon May  6 05:08:09 2030",
    }
    assert module == "datetime"  # a plain value, and no stand-in that would be pickled


def test_sleep_moves_the_clock_of_a_task_on_and_leaves_the_monotonic_one_alone(read: Read) -> None:
    assert read[0][4] == [pytest.approx(0.25), True]


def test_a_signed_request_has_the_real_date(read: Read) -> None:
    [date] = read[0][1]
    assert not date.startswith("2030")


def test_a_default_of_a_column_is_the_tasks(read: Read) -> None:
    assert read[0][2] == "2030-05-06 05:08:09.123456"


def test_what_waits_reads_the_real_time(read: Read) -> None:
    assert abs(read[0][3] - read[1]) < 86_400


def test_programs_that_a_task_starts_are_told_of(read: Read) -> None:
    started = {note["what"] for note in read[2]}
    assert {note["task"] for note in read[2]} == {"a task"}
    assert "true" in started
    assert any(name.startswith("python") for name in started)


@pytest.mark.parametrize("text", ["2024-01-04", "2024-01-04T06:00:00", "tomorrow"])
def test_a_moment_has_a_zone(text: str) -> None:
    with pytest.raises(UsageError, match=text):
        clock.asked(text)


def test_an_interpreter_that_cannot_is_named_before_anything_runs(tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\necho 'the clock of this Python cannot be stopped: time.time' >&2\nexit 1\n")
    other.chmod(0o755)
    with pytest.raises(UsageError, match=r"cannot be stopped: time\.time"):
        Clock().check(str(other))
    Clock().check(sys.executable)


def test_a_project_of_an_earlier_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "airflow_probe.py").write_text("# runs tasks, and knows of no clock\n")
    with pytest.raises(UsageError, match="convert or import it again"):
        clock.check_project(tmp_path)


# ------------------------------------------------------------------------------------------------ in both systems


def compared(made: Path, airflow: str, *options: str) -> dict[str, Any]:
    """The results by name of the item; a task's have its name before them."""
    plan = made.parent / "migrate.yaml"
    plan.write_text(PLAN)
    command = [
        sys.executable,
        "-m",
        "migrator",
        "compare",
        str(made),
        "--dags",
        str(CLOCKS),
        "--plan",
        str(plan),
    ]
    more = ["--date", "2024-01-03", "--airflow-python", airflow, "--format", "json", *options]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    [result] = json.loads(done.stdout)["results"]
    items = {item["name"]: item for item in result["items"]}
    items.update({f"{t['task_id']}.{item['name']}": item for t in result["tasks"] for item in t["items"]})
    return {"verdict": result["verdict"], **items}


def made(verb: str, place: Path) -> Path:
    command = [sys.executable, "-m", "migrator", verb, str(CLOCKS), "--out", str(place), "--no-verify"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return place


def test_native_and_bridged_steps_read_when_the_run_was_due(tmp_path: Path, airflow3_python: str) -> None:
    found = compared(made("convert", tmp_path / "twin"), airflow3_python, "--freeze-time")
    assert [
        name
        for name, item in found.items()
        if name != "verdict" and item["verdict"] not in ("equal", "left out")
    ] == []
    assert found["verdict"] == "equal"
    assert found["clock"]["detail"].startswith("frozen at the end of the run's interval; not frozen: bash (")


def test_lifted_steps_read_the_moment_that_was_asked_for(tmp_path: Path, airflow2_python: str) -> None:
    found = compared(
        made("import", tmp_path / "lifted"), airflow2_python, "--freeze-time", MOMENT, "--work", str(tmp_path)
    )
    assert found["verdict"] == "equal"
    record = json.loads(
        (tmp_path / "airflow" / "clocks" / "dagster" / "runs" / "2024-01-03" / "record.json").read_text()
    )
    values = {task["task_id"]: task["xcoms"].get("return_value") for task in record["tasks"]}
    assert values["stamp"] == {"json": "2024-01-03 at 2030-05-06 05:08:09.123456: 2030-05-06 05:08:09.123456"}
