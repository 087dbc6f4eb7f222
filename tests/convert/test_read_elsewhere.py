"""Assets of other DAGs that the plan says a step reads: dependencies with their partitions, in real Dagster."""

import importlib
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner

from migrator import plan as plans
from migrator.cli import group
from migrator.convert import Conversion, convert_project
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

DAGS = """
import pendulum
from airflow.decorators import dag, task

START = pendulum.datetime(2024, 1, 1, tz="UTC")

@dag(schedule="@daily", start_date=START, catchup=False)
def daily():
    @task
    def clean(ds=None):
        return ds

    clean()

@dag(schedule="0 0 * * 1", start_date=START, catchup=False)
def weekly():
    @task
    def summarize(ds=None):
        return ds

    summarize()

@dag(schedule=None, start_date=START, catchup=False)
def by_hand():
    @task
    def look():
        return 1

    look()

daily()
weekly()
by_hand()
"""
READS = "{{tasks: {{{task}: {{reads: [{name}]}}}}}}"
CLEAN, SUMMARY = dg.AssetKey(["daily", "clean"]), dg.AssetKey(["weekly", "summarize"])


def plan_of(**reads: str) -> str:
    """`weekly="summarize: daily.clean"`: what a task of a DAG reads."""
    lines = ["dags:"]
    for dag_id, text in reads.items():
        task, name = text.split(": ")
        lines.append(f"  {dag_id}: " + READS.format(task=task, name=name))
    return "\n".join(lines) + "\n"


def converted(folder: Path, plan: str) -> Conversion:
    (folder / "dags").mkdir()
    (folder / "dags" / "shop.py").write_text(DAGS, encoding="utf-8")
    (folder / "migrate.yaml").write_text(plan, encoding="utf-8")
    project = scan([folder / "dags"])[0]
    return convert_project(project, plans.read(folder / "migrate.yaml"), lifts(project, None), name="new")


def test_a_week_reads_its_seven_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(weekly="summarize: daily.clean", by_hand="look: daily.clean")
    made = converted(tmp_path, plan)
    assert [f.code for f in made.findings if f.code == "EN076"] == []
    words = ["convert", str(tmp_path / "dags"), "--plan", str(tmp_path / "migrate.yaml")]
    done = CliRunner().invoke(group, [*words, "--out", str(tmp_path / "weeks_of_days")])
    assert done.exit_code == 0 and "verified" in done.output, done.output
    monkeypatch.syspath_prepend(str(tmp_path))
    graph = importlib.import_module("weeks_of_days.definitions").defs.resolve_asset_graph()
    days, weeks = graph.get(CLEAN).partitions_def, graph.get(SUMMARY).partitions_def
    mapping = graph.get_partition_mapping(SUMMARY, CLEAN)
    week = weeks.empty_subset().with_partition_keys(["2024-03-25"])
    found = mapping.get_upstream_mapped_partitions_result_for_partitions(week, weeks, days)
    expected = [*(f"2024-03-{day}" for day in range(25, 32))]
    assert sorted(found.partitions_subset.get_partition_keys()) == expected
    assert not found.required_but_nonexistent_subset.get_partition_keys()
    assert graph.get(dg.AssetKey(["by_hand", "look"])).parent_keys == {CLEAN}


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        pytest.param(plan_of(weekly="summarize: daily.cleen"), "that is no asset", id="no task"),
        pytest.param(plan_of(weekly="summarize: nightly.clean"), "that is no asset", id="no DAG"),
        pytest.param(
            plan_of(weekly="summarize: daily.clean") + "  daily: {level: job}\n", "no asset", id="an op"
        ),
        pytest.param(
            plan_of(weekly="summarize: daily.clean").replace("{tasks", "{level: job, tasks"),
            "summarize is no asset",
            id="for an op",
        ),
    ],
)
def test_what_is_no_asset_is_told_and_left_out(plan: str, why: str, tmp_path: Path) -> None:
    made = converted(tmp_path, plan)
    (found,) = [f for f in made.findings if f.code == "EN076"]
    assert why in found.message
    assert "deps" not in made.files["defs/shop.py"]
