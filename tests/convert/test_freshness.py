"""Freshness and alerts in the plan: the policies and sensors that are written, and what cannot be watched."""

import importlib
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner

from migrator import plan as plans
from migrator.cli import group
from migrator.convert import Conversion, convert_project
from migrator.errors import PlanError
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

DAGS = '''
import pendulum
from airflow import DAG
from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator

def webhook(name):
    """A helper that is called like something of the runtime."""
    return name.upper()

@dag(schedule="@daily", start_date=pendulum.datetime(2024, 1, 1, tz="UTC"), catchup=False)
def shop():
    @task
    def orders():
        return [webhook("a")]

    @task(multiple_outputs=True)
    def totals(rows) -> dict:
        return {"count": len(rows), "first": rows[0]}

    @task
    def report(count, first):
        return f"{count} {first}"

    found = totals(orders())
    report(found["count"], found["first"])

shop()

with DAG("chores", schedule=None, start_date=pendulum.datetime(2024, 1, 1, tz="UTC")):
    BashOperator(task_id="tidy", bash_command="true")
'''
PLAN = """dags:
  shop:
    level: asset
    alert: env:SHOP_CHAT
    tasks:
      orders:
        freshness: {deadline: "30 6 * * 1-5", window: 90m, timezone: Europe/Berlin}
      totals:
        freshness: {fail_after: 36h, warn_after: 1d}
  chores:
    level: LEVEL
    alert: json:dumps
    tasks:
      tidy:
        freshness: {fail_after: 2d}
"""


def written(folder: Path, plan: str) -> Path:
    (folder / "dags").mkdir()
    (folder / "dags" / "shop.py").write_text(DAGS, encoding="utf-8")
    (folder / "migrate.yaml").write_text(plan, encoding="utf-8")
    return folder / "migrate.yaml"


def converted(folder: Path, plan: str) -> Conversion:
    path = written(folder, plan)
    project = scan([folder / "dags"])[0]
    return convert_project(project, plans.read(path), lifts(project, None), name="new")


def test_assets_have_their_policies_and_jobs_their_sensors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = written(tmp_path, PLAN.replace("LEVEL", "asset"))
    out = tmp_path / "watched_shop"
    words = ["convert", str(tmp_path / "dags"), "--plan", str(plan), "--out", str(out)]
    done = CliRunner().invoke(group, words)
    assert done.exit_code == 0 and "verified" in done.output, done.output
    monkeypatch.syspath_prepend(str(tmp_path))
    repository = importlib.import_module(f"{out.name}.definitions").defs.get_repository_def()
    policies = {
        key.path[-1]: repository.asset_graph.get(key).freshness_policy
        for key in repository.asset_graph.get_all_asset_keys()
    }
    nightly = policies["orders"]
    assert (nightly.deadline_cron, nightly.timezone) == ("30 6 * * 1-5", "Europe/Berlin")
    assert nightly.lower_bound_delta.total_seconds() == 90 * 60
    assert policies["totals"].fail_window.to_timedelta().total_seconds() == 36 * 3600
    assert policies["totals"].warn_window.to_timedelta().total_seconds() == 24 * 3600
    assert policies["report"] is None
    sensors = {sensor.name: sensor for sensor in repository.sensor_defs}
    assert sorted(sensors) == [
        *("chores_failure_alert", "chores_stale_alert", "shop_failure_alert", "shop_stale_alert"),
    ]
    assert {s.default_status for s in sensors.values()} == {dg.DefaultSensorStatus.RUNNING}
    module = (out / "defs" / "shop.py").read_text()
    assert 'alerts_webhook("SHOP_CHAT")' in module and 'webhook("a")' in module


@pytest.mark.parametrize(
    ("level", "told"),
    [
        pytest.param("job", ["tidy is an op, so nobody watches how old it is"], id="an op"),
        pytest.param(
            "lift",
            ["the DAG runs in Airflow, so its alert is left out", "tidy runs in Airflow with its whole DAG"],
            id="in Airflow",
        ),
    ],
)
def test_what_cannot_be_watched_is_told(level: str, told: list[str], tmp_path: Path) -> None:
    made = converted(tmp_path, PLAN.replace("LEVEL", level))
    found = sorted(f.message for f in made.findings if f.code == "EN065" and f.dag_id == "chores")
    assert len(found) == len(told)
    assert all(text in message for text, message in zip(told, found, strict=True)), found
    text = made.files["defs/shop.py"]
    assert ("json_dumps" in text) == (level == "job") and "chores_stale_alert" not in text


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        pytest.param("fail_after: 36h, warn_after: 1d", "warn_after: 1d", 9, "either", id="neither form"),
        pytest.param(
            "fail_after: 36h", 'fail_after: 36h, deadline: "0 9 * * *"', 9, "either", id="both forms"
        ),
        pytest.param("warn_after: 1d", "warn_after: 2d", 9, "less than fail_after", id="a late warning"),
        pytest.param("36h", "36 hours", 9, "'36 hours' is no length of time", id="no span"),
        pytest.param("fail_after: 36h", "fail_afer: 36h", 9, "did you mean fail_after?", id="a mistyped key"),
        pytest.param(", window: 90m", "", 7, "a deadline has a window", id="no window"),
        pytest.param("30 6 * * 1-5", "30 6 * *", 7, "no cron expression", id="no cron"),
        pytest.param("window: 90m", "window: 25h", 7, "between two deadlines", id="a long window"),
        pytest.param("Europe/Berlin", "Europe/Belrin", 7, "no time zone", id="no zone"),
        pytest.param("env:SHOP_CHAT", "https://user:pw@chat", 4, "alert", id="an address"),
    ],
)
def test_a_mistake_in_the_plan_has_its_line(old: str, new: str, line: int, why: str, tmp_path: Path) -> None:
    path = written(tmp_path, PLAN.replace("LEVEL", "job").replace(old, new))
    with pytest.raises(PlanError) as error:
        plans.read(path)
    assert f"migrate.yaml:{line}" in str(error.value) and why in str(error.value), error.value
