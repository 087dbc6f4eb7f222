"""dbt's models as assets, and spark-submit through Pipes, do what dbt and Spark do under Airflow."""

import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compat_tests.sides import AIRFLOW2, AIRFLOW3, DAGS, ROOT, compare, not_passing
from migrator import plan as plans
from migrator.convert import convert_project
from migrator.demo import needs
from migrator.demo.bundle import Bundle
from migrator.demo.needs import environment
from migrator.emit.write import write
from migrator.parity.result import Result
from migrator.phase_one import import_project
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

SPARK = needs.spark_python(ROOT)
Results = dict[tuple[str, str], Result]
PARTS = {"orders_dbt": ("orders_dbt.py", "dbt"), "orders_spark": ("orders_spark.py", "jobs")}
OUTAGE, SPRING = (
    "2024-01-04",
    "2024-03-31",
)  # on the first a test of dbt fails; clocks go forward on the second
AIRFLOWS = {"2.11.2": AIRFLOW2, "3.3.2": AIRFLOW3}
DATES = {  # phase 1 runs the same code as Airflow, so that one date and one Airflow are enough
    ("2.11.2", "phase 1", "orders_dbt"): (SPRING,),
    ("2.11.2", "phase 2", "orders_dbt"): (OUTAGE, SPRING),
    ("3.3.2", "phase 2", "orders_dbt"): (OUTAGE,),
    ("2.11.2", "phase 2", "orders_spark"): (SPRING,),
    ("3.3.2", "phase 2", "orders_spark"): (SPRING,),
}
CASES = [
    pytest.param(*key, date, id=f"{key[2]} on {date} in {key[1]}, Airflow {key[0]}")
    for key, dates in DATES.items()
    for date in dates
]


@pytest.fixture(scope="module", autouse=True)
def programs() -> Iterator[None]:
    """Both systems find dbt and Spark as in the demo."""
    with environment(needs.programs(Bundle(ROOT)).env):
        yield


def needs_spark() -> None:
    if not SPARK.exists():
        text = f"there is no {SPARK}; run `make env`, or set MIGRATE_SPARK_PYTHON"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(text)


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str, str], Results]:
    """The results of one DAG in one Airflow and one phase: each pair is run once."""
    work = tmp_path_factory.mktemp("dbt_and_spark")
    plan = plans.read(ROOT / "migrate.yaml")

    @functools.cache
    def dags_of(dag_id: str) -> Path:
        """A copy of the DAG alone, without what dbt has left beside its project."""
        folder = work / "dags" / dag_id
        folder.mkdir(parents=True)
        for name in PARTS[dag_id]:
            if (DAGS / name).is_dir():
                shutil.copytree(DAGS / name, folder / name, ignore=shutil.ignore_patterns("target", "logs"))
            else:
                shutil.copy(DAGS / name, folder / name)
        return folder

    @functools.cache
    def project_of(dag_id: str, phase: str) -> Path:
        dags, out = dags_of(dag_id), work / phase.replace(" ", "_") / dag_id
        project = scan([dags])[0]
        if phase == "phase 1":
            files, manifest, _ = import_project(project, mode="interpreter", package=out.name)
        else:
            made = convert_project(project, plan, lifts(project, str(dags)), name=out.name)
            files, manifest = made.files, made.manifest
        write(out, files, manifest)
        return out

    @functools.cache
    def run(airflow: str, phase: str, dag_id: str) -> Results:
        return compare(
            project_of(dag_id, phase),
            AIRFLOWS[airflow],
            Path(tempfile.mkdtemp(dir=work)),
            dags=dags_of(dag_id),
            dag_ids=(dag_id,),
            dates=DATES[airflow, phase, dag_id],
            plan=plan,
        )

    return run


@pytest.mark.parametrize(("airflow", "phase", "dag_id", "date"), CASES)
def test_both_systems_do_the_same(
    airflow: str, phase: str, dag_id: str, date: str, side_by_side: Callable[[str, str, str], Results]
) -> None:
    if dag_id == "orders_spark":
        needs_spark()
    result = side_by_side(airflow, phase, dag_id)[dag_id, date]
    assert (result.verdict, not_passing(result)) == ("equal", [])
    ended = "failed" if (dag_id, date) == ("orders_dbt", OUTAGE) else "success"
    assert result.states == (ended, ended), "both failed, which proves nothing"


@pytest.mark.parametrize("airflow", AIRFLOWS)
def test_a_failed_test_of_dbt_fails_the_run(
    airflow: str, side_by_side: Callable[[str, str, str], Results]
) -> None:
    found = side_by_side(airflow, "phase 2", "orders_dbt")
    assert found["orders_dbt", OUTAGE].states == ("failed", "failed")
