"""A landing folder in the plan: the sensor that is written for it, and what is told where there can be none."""

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

DAGS = """
import pendulum
from airflow import DAG
from airflow.operators.python import PythonOperator

def take(day):
    return day

with DAG("partner_files", schedule="@daily", start_date=pendulum.datetime(2024, 1, 1, tz="UTC"), catchup=False):
    PythonOperator(task_id="take", python_callable=take, op_args=["{{ ds }}"])
"""
PLAN = """dags:
  partner_files:
    level: LEVEL
    landing:
      folder: $PARTNER_DATA/in
      pattern: "orders_{partition}_*.csv"
      quarantine: $PARTNER_DATA/bad
      every: 5
"""


def written(folder: Path, plan: str) -> Path:
    (folder / "dags").mkdir()
    (folder / "dags" / "partners.py").write_text(DAGS, encoding="utf-8")
    (folder / "migrate.yaml").write_text(plan, encoding="utf-8")
    return folder / "migrate.yaml"


def converted(folder: Path, plan: str, schedule: str = '"@daily"') -> Conversion:
    path = written(folder, plan)
    (folder / "dags" / "partners.py").write_text(DAGS.replace('"@daily"', schedule), encoding="utf-8")
    project = scan([folder / "dags"])[0]
    return convert_project(project, plans.read(path), lifts(project, None), name="new")


@pytest.mark.parametrize("level", ["asset", "job"])
def test_the_sensor_asks_for_the_partition_of_a_new_file(
    level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = written(tmp_path, PLAN.replace("LEVEL", level))
    out = tmp_path / f"landing_as_{level}"
    words = ["convert", str(tmp_path / "dags"), "--plan", str(plan), "--out", str(out)]
    done = CliRunner().invoke(group, words)
    assert done.exit_code == 0 and "verified" in done.output, done.output
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PARTNER_DATA", str(tmp_path))
    defs = importlib.import_module(f"{out.name}.definitions").defs
    (sensor,) = defs.get_repository_def().sensor_defs
    assert sensor.minimum_interval_seconds == 5
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "orders_2024-01-05_north.csv").write_text("id\n1\n", encoding="utf-8")
    repository = defs.get_repository_def()
    with dg.DagsterInstance.ephemeral() as instance:
        before = dg.build_sensor_context(instance, repository_def=repository)
        first = sensor.evaluate_tick(before)
        after = dg.build_sensor_context(instance, cursor=first.cursor, repository_def=repository)
        (request,) = sensor.evaluate_tick(after).run_requests
        assert request.partition_key == "2024-01-05" and request.tags["landing/file"].endswith("north.csv")
        job = defs.resolve_job_def(request.job_name)
        assert job.execute_in_process(partition_key=request.partition_key).success


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        pytest.param(PLAN.replace("LEVEL", "lift"), "runs in Airflow", id="lifted"),
        pytest.param(
            PLAN.replace("LEVEL", "job").replace("{partition}_", ""), "pattern names none", id="no key"
        ),
    ],
)
def test_a_folder_that_cannot_be_watched_is_told_and_left_out(plan: str, why: str, tmp_path: Path) -> None:
    made = converted(tmp_path, plan)
    (found,) = [f for f in made.findings if f.code == "EN064"]
    assert why in found.message
    assert "Landing" not in made.files["defs/partners.py"]


def test_a_pattern_with_a_partition_needs_a_job_with_some(tmp_path: Path) -> None:
    made = converted(tmp_path, PLAN.replace("LEVEL", "job"), schedule="None")
    (found,) = [f for f in made.findings if f.code == "EN064"]
    assert "no partitions, and its pattern names one" in found.message


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        pytest.param("{partition}", "{day}", 6, "only name in braces", id="another name"),
        pytest.param("orders_{", "in/orders_{", 6, "pattern", id="a folder in a name"),
        pytest.param("every: 5", "evry: 5", 8, "did you mean every?", id="a typing mistake"),
        pytest.param("every: 5", "every: 0", 8, "1", id="no pause"),
        pytest.param("A/bad", "A/in", 4, "in which files come", id="one folder for both"),
    ],
)
def test_a_mistake_in_the_plan_has_its_line(old: str, new: str, line: int, why: str, tmp_path: Path) -> None:
    path = written(tmp_path, PLAN.replace("LEVEL", "job").replace(old, new))
    with pytest.raises(PlanError) as error:
        plans.read(path)
    assert f"migrate.yaml:{line}" in str(error.value) and why in str(error.value)
