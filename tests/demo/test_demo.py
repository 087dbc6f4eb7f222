"""What the demo does before and after both systems run; compat_tests/test_demo.py runs them."""

import sys
from pathlib import Path

import pytest

from migrator.demo import MARK, _is_caught, clear
from migrator.demo.bundle import airflow_pythons, find_bundle
from migrator.demo.matches import Match
from migrator.demo.wrong import LINE, MODULE, Wrong, make_wrong
from migrator.errors import UsageError
from migrator.parity.result import Item, Result
from migrator.parity.verdict import DIFFERENT, EQUAL, Outcome

WRONG = Wrong(Path("project"), "order_pipeline", "")


def result(dag_id: str, verdict: str) -> Result:
    return Result(dag_id, None, "2.11.2", "1.13", items=(Item("state of the run", Outcome(verdict)),))


def found(first: str, second: str, other: str) -> list[Match]:
    """Verdicts of the broken DAG in both phases, and of another DAG."""
    return [
        Match("phase 1", [result("order_pipeline", first)]),
        Match("phase 2", [result("order_pipeline", second), result("etl_ops", other)]),
    ]


def test_the_bundle_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (find_bundle().dags / "order_pipeline.py").is_file()


def test_the_other_airflow_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_AIRFLOW3_PYTHON", sys.executable)
    assert airflow_pythons(find_bundle())[-1] == sys.executable


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not from an earlier demo"):
        clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_projects_of_an_earlier_demo_stay_and_its_runs_go(tmp_path: Path) -> None:
    for name in (MARK, "runs/record.json", "dagster_project/edited.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    clear(tmp_path)
    assert (tmp_path / "dagster_project" / "edited.py").exists() and not (tmp_path / "runs").exists()


def test_the_wrong_conversion_lacks_one_line_and_the_right_one_keeps_it(tmp_path: Path) -> None:
    right = tmp_path / "right" / MODULE
    right.parent.mkdir(parents=True)
    right.write_text(f"before\n{LINE}after\n")
    wrong = make_wrong(tmp_path / "right", tmp_path / "wrong")
    assert (wrong.project / MODULE).read_text() == "before\nafter\n"
    assert LINE in right.read_text() and f"-{LINE}" in wrong.diff


def test_the_line_is_in_the_conversion_that_is_checked_in() -> None:
    assert (find_bundle().root / "dagster_defs" / MODULE).read_text(encoding="utf-8").count(LINE) == 1


def test_a_conversion_without_the_line_cannot_be_made_wrong(tmp_path: Path) -> None:
    (tmp_path / "edited" / MODULE).parent.mkdir(parents=True)
    (tmp_path / "edited" / MODULE).write_text("pass\n")
    with pytest.raises(UsageError, match="was it edited"):
        make_wrong(tmp_path / "edited", tmp_path / "wrong")


@pytest.mark.parametrize(
    ("verdicts", "caught"),
    [
        pytest.param((EQUAL, DIFFERENT, EQUAL), True, id="only the wrong conversion differs"),
        pytest.param((EQUAL, EQUAL, EQUAL), False, id="nothing differs"),
        pytest.param((EQUAL, DIFFERENT, DIFFERENT), False, id="another DAG differs too"),
        pytest.param((DIFFERENT, DIFFERENT, EQUAL), False, id="phase 1 differs too"),
    ],
)
def test_caught_means_that_exactly_the_wrong_conversion_differs(
    verdicts: tuple[str, str, str], caught: bool
) -> None:
    assert _is_caught(found(*verdicts), WRONG) is caught
