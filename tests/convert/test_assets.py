"""DAGs that tell and read events of assets: the new project does with Dagster's what Airflow does with its own."""

import importlib
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.ir import Project
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

DAGS = Path(__file__).parent / "assets"
NAME = "converted_assets"


@pytest.fixture(scope="module")
def project() -> Project:
    return scan([DAGS])[0]


@pytest.fixture(scope="module")
def conversion(project: Project) -> Conversion:
    return convert_project(project, plans.Plan(), lifts(project, None), name=NAME, airflow3=True)


@pytest.fixture(scope="module")
def feeds(conversion: Conversion, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The new module."""
    home = tmp_path_factory.mktemp("project")
    write(home / NAME, format_files(conversion.files), conversion.manifest)
    sys.path.insert(0, str(home))
    try:
        yield importlib.import_module(f"{NAME}.defs.feeds")
    finally:
        sys.path.remove(str(home))


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def dispositions(conversion: Conversion, dag_id: str) -> dict[str, str]:
    return {name: task.disposition for name, task in conversion.manifest.dags[dag_id].tasks.items()}


def extra(instance: dg.DagsterInstance, address: str) -> Any:
    """What was told of the last update."""
    [record] = instance.fetch_materializations(dg.AssetKey([address]), limit=1).records
    assert record.asset_materialization
    return record.asset_materialization.metadata["extra"].value


def test_all_but_what_asks_for_too_much_is_native(conversion: Conversion) -> None:
    ids = ("prices", "halves", "summary", "writes_orders", "writes_reports", "reads_orders")
    found = {name: kind for dag_id in ids for name, kind in dispositions(conversion, dag_id).items()}
    assert {name for name, kind in found.items() if kind != "native"} == {"read_more_than_there_is", "asks"}
    codes = {f.code for f in conversion.findings if f.task_id == "read_more_than_there_is"}
    assert "DP070" in codes


def test_asset_functions_tell_and_read(feeds: ModuleType, instance: dg.DagsterInstance) -> None:
    materialized = dg.materialize([feeds.prices, feeds.halves], instance=instance)
    assert materialized.output_for_node("prices__prices") == [1, 2]
    assert extra(instance, "s3://shop/prices") == {"rows": 2, "run": True}
    assert extra(instance, "s3://shop/a") == {"half": 1}
    assert dg.materialize([feeds.summary], instance=instance).output_for_node("summary__summary") == [2]


def test_the_job_that_waits_for_events_reads_them(feeds: ModuleType, instance: dg.DagsterInstance) -> None:
    cursor = feeds.reads_orders_sensor.evaluate_tick(dg.build_sensor_context(instance)).cursor
    result = dg.materialize([feeds.yields, feeds.adds, feeds.sends], instance=instance)
    assert result.output_for_node("writes_orders__yields") == 3
    assert extra(instance, "s3://shop/orders") == {"last": 3}
    assert extra(instance, "s3://shop/report") == {"name": "all"}
    context = dg.build_sensor_context(instance, cursor=cursor)
    [request] = feeds.reads_orders_sensor.evaluate_tick(context).run_requests
    read = dg.materialize([feeds.read], instance=instance, tags=request.tags)
    assert read.output_for_node("reads_orders__read") == {
        "last": 3,
        "days": [1],
        "started by": ["s3://shop/2024-01-01", "s3://shop/orders"],
        "prices": len("s3://shop/prices"),
    }


def test_what_follows_the_work_of_an_operator_is_called(
    feeds: ModuleType, instance: dg.DagsterInstance
) -> None:
    dg.materialize([feeds.says], instance=instance)
    assert extra(instance, "s3://shop/report") == {"said": "done"}


def test_values_are_kept_from_run_to_run(feeds: ModuleType, instance: dg.DagsterInstance) -> None:
    kept = [dg.materialize([feeds.keeps], instance=instance) for _ in range(2)]
    assert [one.output_for_node("writes_reports__keeps") for one in kept] == [(1, "kept"), (2, "kept")]


def test_runs_about_partitions_start_each_other(feeds: ModuleType, instance: dg.DagsterInstance) -> None:
    cursor = feeds.days_sensor.evaluate_tick(dg.build_sensor_context(instance)).cursor
    for hour in range(24):
        moment = datetime(2024, 1, 2, hour, tzinfo=timezone.utc)
        tick = feeds.hours_schedule.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=moment))
        dg.materialize([feeds.hours], instance=instance, tags=tick.run_requests[0].tags)
    [request] = feeds.days_sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=cursor)).run_requests
    day = dg.materialize([feeds.day], instance=instance, tags=request.tags)
    assert day.output_for_node("days__day") == "2024-01-02 Tuesday"


@pytest.mark.parametrize(
    ("dag_id", "code"),
    [
        pytest.param("months", "TM040", id="a mapper that is made elsewhere"),
        pytest.param("dated_days", "TM041", id="a date of a run that has none"),
    ],
)
def test_what_has_no_exact_form_is_lifted(conversion: Conversion, dag_id: str, code: str) -> None:
    assert conversion.manifest.dags[dag_id].level == "lift"
    assert code in {found.code for found in conversion.findings if found.dag_id == dag_id}


def test_nothing_of_airflow_is_left(conversion: Conversion) -> None:
    text = conversion.files["defs/feeds.py"]
    assert "import airflow" not in text and "from airflow" not in text
