"""`migrate scan`, `migrate rules` and `migrate rule`, as a user calls them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from migrator.findings import rules

HEAD = "from airflow import DAG\nfrom airflow.operators.bash import BashOperator\n"
TASK = "    BashOperator(task_id='a', bash_command='true'{})\n"
SECRET = "hunter2-never-shown"


def migrate(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "migrator", *map(str, words)], capture_output=True, text=True
    )


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "good.py").write_text(
        HEAD + "with DAG('good', schedule='@daily', catchup=False):\n" + TASK.format("")
    )
    return folder


def test_json_keeps_its_contract(dags: Path) -> None:
    report = json.loads(migrate("scan", dags, "--format", "json").stdout)
    assert report["version"] == 1
    (dag,) = report["dags"]
    task = {
        "task_id": "a",
        "operator": "BashOperator",
        "upstream": [],
        "trigger_rule": "all_success",
        "retries": 0,
        "pool": "default_pool",
        "mapped": False,
        "taskflow": False,
        "line": 4,
    }
    assert task.items() <= dag["tasks"][0].items()
    assert {
        "dag_id": "good",
        "file": "good.py",
        "line": 3,
        "schedule": "@daily",
        "partial": False,
    }.items() <= dag.items()
    assert {"start_date", "catchup", "tags", "level", "task_groups"} <= dag.keys()
    fields = {
        "code",
        "severity",
        "file",
        "line",
        "column",
        "dag_id",
        "task_id",
        "message",
        "help",
        "blocking",
    }
    assert all(set(finding) == fields for finding in report["findings"])


@pytest.mark.parametrize(
    ("limit", "status"), [("never", 0), ("error", 0), ("warning", 1), ("info", 1)], ids=lambda v: str(v)
)
def test_the_exit_status_follows_the_limit(dags: Path, limit: str, status: int) -> None:
    assert migrate("scan", dags, "--fail-on", limit).returncode == status  # TM007 is a warning


def test_a_wrong_call_is_a_2(dags: Path) -> None:
    assert migrate("scan", dags / "gone").returncode == 2
    assert migrate("scan", dags, "--select", "XX9").returncode == 2
    assert migrate("scan").returncode == 2


def test_select_and_ignore_go_by_the_beginning_of_a_code(dags: Path) -> None:
    codes = [f["code"] for f in json.loads(migrate("scan", dags, "--format", "json").stdout)["findings"]]
    assert codes == ["TM007"]
    for words in (["--ignore", "TM"], ["--select", "SC,EN001"], ["--ignore", "tm007"]):
        assert json.loads(migrate("scan", dags, "--format", "json", *words).stdout)["findings"] == []


def test_a_comment_accepts_the_finding_of_its_line(dags: Path) -> None:
    text = (
        (dags / "good.py")
        .read_text()
        .replace("False):", "False):  # migrate: ignore[TM007] triggered by hand")
    )
    (dags / "good.py").write_text(text)
    assert migrate("scan", dags, "--fail-on", "info").returncode == 0


def test_a_secret_reaches_no_output(dags: Path) -> None:
    (dags / "secret.py").write_text(
        HEAD
        + f"with DAG('s', default_args={{'password': '{SECRET}'}}, tags=['pg://me:{SECRET}@host/db'], "
        + f"schedule='x://u:{SECRET}@h', description='token={SECRET}'):\n"
        + TASK.format(f", api_key='{SECRET}', env={{'DB': 'postgres://me:{SECRET}@host/db'}}")
        + f"    build(api_key='{SECRET}').now()\n"
    )
    for style in ("json", "table"):
        done = migrate("scan", dags, "--format", style)
        assert done.returncode == 0
        assert SECRET not in done.stdout + done.stderr
        assert done.stdout.count("EN004") >= 3


def test_a_date_that_no_time_zone_can_hold_is_a_finding(dags: Path) -> None:
    start = "pendulum.datetime(1, 1, 1, tz='Asia/Tokyo')"
    text = f"import pendulum\n{HEAD}with DAG('old', start_date={start}, schedule='@daily'):\n"
    (dags / "old.py").write_text(text + TASK.format(""))
    done = migrate("scan", dags)
    assert (done.returncode, done.stderr) == (0, "")
    assert "SC016" in done.stdout


def test_the_report_can_go_into_a_file(dags: Path, tmp_path: Path) -> None:
    done = migrate("scan", dags, "--format", "json", "--output", tmp_path / "scan.json")
    assert done.stdout == ""
    assert json.loads((tmp_path / "scan.json").read_text())["summary"]["dags"] == 1


def test_rules_are_listed_and_explained() -> None:
    listed = migrate("rules").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [r.code for r in rules()]
    assert [r["code"] for r in json.loads(migrate("rules", "--format", "json").stdout)] == [
        r.code for r in rules()
    ]
    shown = migrate("rule", "tm001").stdout
    assert "before:" in shown and "days_ago" in shown


def test_an_unknown_rule_names_its_neighbours() -> None:
    done = migrate("rule", "TM0O1")
    assert done.returncode == 2
    assert "TM001" in done.stderr
