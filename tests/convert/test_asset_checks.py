"""Checks that the plan asks for, in a converted project that Dagster runs."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.errors import PlanError
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

DAG = """
from airflow.decorators import dag, task
from datetime import datetime

@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def shop():
    @task
    def customers():
        return [{"id": 1, "boss": 1}, {"id": 2, "boss": 1}]

    @task
    def orders(found, ds=None):
        rows = [{"id": ds, "customer": 1, "amount": 5.5, "status": "paid"}]
        if ds == "2024-01-05":
            rows += [{"id": ds, "customer": 9, "amount": -1, "status": "stolen"}]
        return rows

    @task
    def totals(found):
        return [len(found)]

    @task
    def publish(found):
        print(found)

    publish(totals(orders(customers())))

shop()
"""
CHECKS = """
unique: [id]
not_null: [id]
min: {amount: 0}
max: {amount: 10.5}
accepted: {status: [paid, lost]}
references: {customer: buyers.id}
rows: {max: 1}
"""
PLAN = """
dags:
  shop:
    level: asset
    partitions: daily
    tasks:
      customers:
        asset: buyers
        checks: {references: {boss: customers.id}, unique: [id]}
      orders:
        checks:
"""


def converted(folder: Path, text: str) -> Conversion:
    (folder / "dags").mkdir()
    (folder / "dags" / "shop.py").write_text(DAG, encoding="utf-8")
    (folder / "migrate.yaml").write_text(text, encoding="utf-8")
    project = scan([folder / "dags"])[0]
    plan = plans.read(folder / "migrate.yaml")
    return convert_project(project, plan, lifts(project, None), name="checked_project")


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    folder = tmp_path_factory.mktemp("checked")
    made = converted(folder, PLAN + "".join(f"          {line}\n" for line in CHECKS.strip().splitlines()))
    assert not [f for f in made.findings if f.code.startswith("EN06")]
    write(folder / "checked_project", format_files(dict(made.files)), made.manifest)
    sys.path.insert(0, str(folder))
    yield importlib.import_module("checked_project.defs.shop").defs
    sys.path.remove(str(folder))


def run(defs: dg.Definitions, day: str, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = defs.get_job_def("shop")
    return job.execute_in_process(instance=instance, partition_key=day, raise_on_error=False)


def outcomes(found: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {e.check_name: e.passed for e in found.get_asset_check_evaluations()}


def test_a_check_sees_the_day_that_was_made_and_stops_what_comes_after(defs: dg.Definitions) -> None:
    names = ["unique", "not_null", "at_least", "at_most", "accepted", "customer_known", "rows"]
    buyers = {"buyers_unique": True, "buyers_boss_known": True}
    with dg.DagsterInstance.ephemeral() as instance:
        for day in ("2024-01-04", "2024-01-06"):  # before and after the bad one
            found = run(defs, day, instance)
            assert found.success and outcomes(found) == buyers | {f"orders_{n}": True for n in names}
        found = run(defs, "2024-01-05", instance)
        done = {event.node_name for event in found.get_step_success_events()}
    good = {"not_null", "at_most"}
    assert not found.success and "shop__totals" not in done
    assert outcomes(found) == buyers | {f"orders_{n}": n in good for n in names}


def test_a_check_may_tell_without_stopping_anything(tmp_path: Path) -> None:
    made = converted(tmp_path, "dags: {shop: {tasks: {orders: {checks: {unique: [id], blocking: false}}}}}\n")
    assert "@dg.asset_check(asset=orders, blocking=False" in made.files["defs/shop.py"]


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        pytest.param("{level: job, tasks: {orders: {checks: {unique: [id]}}}}", ["EN061"], id="an op"),
        pytest.param("{level: lift, tasks: {orders: {checks: {unique: [id]}}}}", ["EN061"], id="in Airflow"),
        pytest.param("{tasks: {orders: {bridge: true, checks: {unique: [id]}}}}", ["EN061"], id="one step"),
        pytest.param(
            "{tasks: {orders: {checks: {references: {a: totals.b}}}}}", ["EN062"], id="a later table"
        ),
        pytest.param("{tasks: {orders: {checks: {references: {a: nobody.b}}}}}", ["EN062"], id="no table"),
        pytest.param("{tasks: {publish: {checks: {rows: {min: 1}}}}}", ["EN063"], id="no value"),
        pytest.param("{tasks: {publish: {checks: {}}}}", [], id="nothing asked for"),
    ],
)
def test_what_cannot_be_checked_is_told_and_left_out(entry: str, codes: list[str], tmp_path: Path) -> None:
    made = converted(tmp_path, f"dags: {{shop: {entry}}}\n")
    assert [f.code for f in made.findings if f.code.startswith("EN06")] == codes
    assert "asset_check" not in made.files["defs/shop.py"] and "runtime/checks.py" not in made.files


@pytest.mark.parametrize(
    ("checks", "message"),
    [
        pytest.param("{uniq: [id]}", "did you mean unique?", id="a typing mistake"),
        pytest.param("{unique: id}", "a list is needed", id="no list"),
        pytest.param("{min: {amount: low}}", "number", id="no number"),
        pytest.param("{references: {a: customers}}", "pattern", id="no column"),
        pytest.param("{rows: {min: 3, max: 1}}", "min is more than max", id="rows that cannot be"),
        pytest.param("{rows: {mn: 3}}", "did you mean min?", id="a typing mistake inside"),
    ],
)
def test_a_plan_that_cannot_be_is_an_error_of_its_line(checks: str, message: str, tmp_path: Path) -> None:
    text = f"dags:\n  shop:\n    tasks:\n      orders:\n        checks: {checks}\n"
    (tmp_path / "migrate.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=r"migrate\.yaml:5") as raised:
        plans.read(tmp_path / "migrate.yaml")
    assert message in str(raised.value)
