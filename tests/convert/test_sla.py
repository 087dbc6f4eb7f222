"""SLAs of Airflow 2: the deadline of an asset, as often as Airflow would look; what has none is told."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from migrator.convert import Conversion, convert_project
from migrator.convert.sla import deadline
from migrator.ir.cron import ticks
from migrator.phase_one.lifts import lifts
from migrator.plan import DagPlan, FreshnessPlan, Plan, TaskPlan
from migrator.scan import scan

DAGS = """
from datetime import datetime, timedelta
from airflow import DAG
from airflow.operators.python import PythonOperator

def load():
    return 1

with DAG("shop", schedule="SCHEDULE", start_date=datetime(2024, 1, 1), default_args={"sla": timedelta(hours=2)}):
    PythonOperator(task_id="load", python_callable=load) >> PythonOperator(
        task_id="tidy", python_callable=load, sla=None
    )
"""


def converted(
    folder: Path, schedule: str, plan: DagPlan | None = None, *, airflow3: bool = False
) -> Conversion:
    (folder / "shop.py").write_text(DAGS.replace("SCHEDULE", schedule), encoding="utf-8")
    project = scan([folder])[0]
    plans = Plan(dags={"shop": plan or DagPlan(level="asset")})
    return convert_project(project, plans, lifts(project, None), name="new", airflow3=airflow3)


def codes(made: Conversion) -> set[str]:
    return {found.code for found in made.findings if found.code in ("EN042", "EN066")}


def test_the_asset_has_to_be_made_so_long_after_each_tick(tmp_path: Path) -> None:
    made = converted(tmp_path, "30 22 * * *")
    module = made.files["defs/shop.py"]
    assert codes(made) == {"EN066"}
    assert module.count("freshness_policy=") == 1  # `sla=None` is none
    assert "deadline_cron='30 0 * * *', lower_bound_delta=timedelta(hours=2)" in module


@pytest.mark.parametrize(
    ("schedule", "plan", "airflow3", "why"),
    [
        pytest.param("0 6 * * *", DagPlan(level="job"), False, "an op has no freshness", id="an op"),
        pytest.param("0 6 * * *", None, True, "Airflow 3 has none", id="Airflow 3"),
        pytest.param("0 6 1 * *", None, False, "no single cron expression", id="a day of the month"),
        pytest.param("*/20 * * * *", None, False, "no single cron expression", id="longer than its pause"),
    ],
)
def test_what_has_no_deadline_is_told(
    schedule: str, plan: DagPlan | None, airflow3: bool, why: str, tmp_path: Path
) -> None:
    made = converted(tmp_path, schedule, plan, airflow3=airflow3)
    (found,) = [f for f in made.findings if f.code == "EN042"]
    assert why in found.message and "EN066" not in codes(made)
    assert "freshness_policy" not in made.files["defs/shop.py"]


def test_the_plan_takes_the_place_of_an_sla(tmp_path: Path) -> None:
    plan = DagPlan(level="asset", tasks={"load": TaskPlan(freshness=FreshnessPlan(fail_after="36h"))})
    module = converted(tmp_path, "0 6 * * *", plan).files["defs/shop.py"]
    assert "time_window(fail_window=timedelta(hours=36))" in module and "deadline_cron" not in module


@given(
    st.integers(0, 59),
    st.one_of(st.just("*"), st.integers(0, 23).map(str)),
    st.one_of(st.just("*"), st.integers(0, 7).map(str)),
    st.integers(1, 8 * 24 * 60),
)
def test_deadlines_are_the_ticks_moved_on(minute: int, hour: str, weekday: str, late: int) -> None:
    cron = f"{minute} {hour} * * {weekday}"
    found = deadline(cron, late)
    assume(found is not None)
    assert found is not None
    start = datetime(2024, 2, 20)
    wanted = [tick + timedelta(minutes=late) for tick in ticks(cron, start - timedelta(days=16), 60)]
    last = start + timedelta(days=30)
    assert [t for t in ticks(found, start, 31) if t < last] == [t for t in wanted if start < t < last]
    FreshnessPlan(deadline=found, window=f"{late}m")  # no window is longer than the pause
