"""Backfills of several days in one run, and tables in DuckDB: converted, and run by real Dagster."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from click.testing import CliRunner

from migrator import plan as plans
from migrator.cli import group
from migrator.convert import Conversion, convert_project
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

DAG = """
import pandas as pd
import pendulum
from airflow.decorators import dag, task

HOURS = pd.date_range("2024-01-01", "2024-01-08", freq="7h", tz="UTC", inclusive="left")

@dag(schedule="@daily", start_date=pendulum.datetime(2024, 1, 1, tz="UTC"), catchup=False)
def shop():
    @task
    def extract(data_interval_start=None, data_interval_end=None):
        found = HOURS[(HOURS >= data_interval_start) & (HOURS < data_interval_end)]
        return pd.DataFrame({"at": found.strftime("%Y-%m-%dT%H:%M:%SZ"), "hour": found.hour, "note": None})

    @task
    def doubled(rows):
        return rows.assign(hour=rows["hour"] * 2, when=pd.to_datetime(rows["at"]))

    @task
    def named(rows, ds=None):
        return rows.assign(ds=ds)

    @task
    def told(rows, **context):
        return pd.DataFrame({"key": [str(context["ti"].run_id)]})

    rows = extract()
    doubled(rows)
    named(rows)
    told(rows)

shop()
"""
ALL = "{backfill: single_run, partition_column: at}"
PLAN = """
io: {{base: "env:SHOP_TABLES", database: "env:SHOP_DUCKDB", default: {io}}}
dags:
  shop:
    tasks:
      extract: {{backfill: single_run, partition_column: at}}
      doubled: {{backfill: single_run, partition_column: when}}
"""
DAYS = ["2024-01-02", "2024-01-03", "2024-01-04"]
Made = tuple[dg.Definitions, Path]


def told(folder: Path, text: str) -> Conversion:
    (folder / "dags").mkdir()
    (folder / "dags" / "shop.py").write_text(DAG, encoding="utf-8")
    (folder / "migrate.yaml").write_text(text, encoding="utf-8")
    project = scan([folder / "dags"])[0]
    return convert_project(project, plans.read(folder / "migrate.yaml"), lifts(project, None), name="new")


@pytest.mark.parametrize(
    ("task", "entry", "why"),
    [
        pytest.param("named", ALL, "reads the key of its one partition", id="ds"),
        pytest.param("extract", "{backfill: single_run}", "has no partition_column", id="no column"),
        pytest.param(
            "extract",
            "{backfill: single_run, partition_column: at, io: project}",
            "one pickle",
            id="a pickle",
        ),
    ],
)
def test_what_needs_its_own_run_keeps_it_and_that_is_told(
    task: str, entry: str, why: str, tmp_path: Path
) -> None:
    made = told(tmp_path, f"io: {{default: csv, base: x}}\ndags: {{shop: {{tasks: {{{task}: {entry}}}}}}}\n")
    (found,) = [f for f in made.findings if f.code == "EN074"]
    assert task in found.message and why in found.message
    assert "backfill_policy" not in made.files["defs/shop.py"]


def test_a_dag_that_stays_in_airflow_says_so_too(tmp_path: Path) -> None:
    made = told(tmp_path, f"dags: {{shop: {{level: lift, tasks: {{extract: {ALL}}}}}}}\n")
    assert [f.message for f in made.findings if f.code == "EN074"] == [
        "extract runs in Airflow, a run for each date"
    ]


def test_a_table_that_is_read_has_to_be_one(tmp_path: Path) -> None:
    entries = f"{{extract: {{io: project}}, doubled: {ALL}}}"
    made = told(tmp_path, f"io: {{default: csv, base: x}}\ndags: {{shop: {{tasks: {entries}}}}}\n")
    (found,) = [f for f in made.findings if f.code == "EN074"]
    assert "reads extract, whose value is no table" in found.message


def test_names_that_are_none_of_sql_are_told(tmp_path: Path) -> None:
    entries = "{extract: {asset: raw-rows}}"
    made = told(tmp_path, f"io: {{default: duckdb, database: x}}\ndags: {{shop: {{tasks: {entries}}}}}\n")
    (found,) = [f for f in made.findings if f.code == "EN073"]
    assert "'raw-rows' is no name" in found.message


@pytest.fixture(scope="module", params=["parquet", "csv", "duckdb"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The project of the DAG above, loaded."""
    folder = tmp_path_factory.mktemp("shop")
    name = f"shop_in_{request.param}"
    (folder / "dags").mkdir()
    (folder / "dags" / "shop.py").write_text(DAG, encoding="utf-8")
    (folder / "migrate.yaml").write_text(PLAN.format(io=request.param), encoding="utf-8")
    words = [
        "convert",
        str(folder / "dags"),
        "--plan",
        str(folder / "migrate.yaml"),
        "--out",
        str(folder / name),
    ]
    done = CliRunner().invoke(group, [*words, "--no-verify"])
    assert done.exit_code == 0, done.output
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        defs = importlib.import_module(f"{name}.definitions").defs
    return defs, folder


@pytest.fixture
def run(shop: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs the first two assets on a place of this test; gives the values of a day."""
    monkeypatch.setenv("SHOP_TABLES", str(tmp_path / "tables"))
    monkeypatch.setenv("SHOP_DUCKDB", str(tmp_path / "tables.duckdb"))
    wanted = [dg.AssetKey(["shop", "extract"]), dg.AssetKey(["shop", "doubled"])]
    job = shop[0].resolve_job_def("shop")

    def play(instance: dg.DagsterInstance, *days: str) -> None:
        tags = {"dagster/asset_partition_range_start": days[0], "dagster/asset_partition_range_end": days[-1]}
        given: dict[str, Any] = {"tags": tags} if len(days) > 1 else {"partition_key": days[0]}
        assert job.execute_in_process(instance=instance, asset_selection=wanted, **given).success

    return play


def values(defs: dg.Definitions, instance: dg.DagsterInstance) -> list[pd.DataFrame]:
    with defs.get_asset_value_loader(instance) as loader:
        return [
            loader.load_asset_value(dg.AssetKey(["shop", name]), partition_key=day)
            for name in ("extract", "doubled")
            for day in DAYS
        ]


def test_three_days_in_one_run_are_the_three_days_of_three_runs(shop: Made, run: Callable[..., Any]) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        run(instance, *DAYS)
        together = values(shop[0], instance)
        assert len(instance.get_runs()) == 1
        made = instance.get_materialized_partitions(dg.AssetKey(["shop", "doubled"]))
        for day in DAYS:
            run(instance, day)
        alone = values(shop[0], instance)
    assert made == set(DAYS) and [len(table) for table in alone] == [3, 4, 3] * 2
    for one, other in zip(together, alone, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_the_policy_is_that_of_the_plan(shop: Made) -> None:
    graph = shop[0].resolve_asset_graph()
    policies = {key.path[-1]: graph.get(key).backfill_policy for key in graph.get_all_asset_keys()}
    one = dg.BackfillPolicy.single_run()
    assert {name for name, policy in policies.items() if policy == one} == {"extract", "doubled"}
