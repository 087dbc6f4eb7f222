"""A DAG with sub-DAGs, and each of these, end in Dagster as they do in Airflow; no clock starts the parts."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests.sides import AIRFLOW2, ROOT, compare, not_passing
from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.emit.write import write
from migrator.parity.result import Result
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

DAG = ROOT / "tests" / "convert" / "dags" / "sub_dags.py"
PARTS = ("all_parts.crm", "all_parts.erp", "all_parts.shop")
DATE = "2024-01-03"


@pytest.fixture(scope="module")
def made() -> Conversion:
    project = scan([DAG])[0]
    return convert_project(project, plans.Plan(), lifts(project, str(DAG.parent)), name="converted")


@pytest.fixture(scope="module")
def results(made: Conversion) -> Iterator[dict[tuple[str, str], Result]]:
    with tempfile.TemporaryDirectory(prefix="migrate-parts-") as folder:
        work = Path(folder)
        write(work / "converted", made.files, made.manifest)
        ids = ("all_parts", "all_parts.shop")
        yield compare(
            work / "converted", AIRFLOW2, work / "runs", dags=DAG.parent, dag_ids=ids, dates=(DATE,)
        )


def test_the_whole_and_a_part_of_it_do_the_same(results: dict[tuple[str, str], Result]) -> None:
    assert {(dag, result.verdict): not_passing(result) for (dag, _), result in results.items()} == {
        ("all_parts", "equal"): [],
        ("all_parts.shop", "equal"): [],
    }


def test_a_step_ends_as_its_part_does_after_as_many_tries(results: dict[tuple[str, str], Result]) -> None:
    (whole,) = [result for (dag, _), result in results.items() if dag == "all_parts"]
    states = {task.task_id: task.states for task in whole.tasks}
    assert states["crm"] == ("failed", "failed") and states["end"] == ("success", "success")
    assert states["erp"] == states["shop"] == states["ok"] == ("success", "success")


def test_no_clock_starts_a_part(made: Conversion) -> None:
    assert {made.manifest.dags[part].schedule for part in PARTS} == {None}
    assert {made.manifest.dags[part].partitions for part in PARTS} == {"daily"}
