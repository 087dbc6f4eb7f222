"""What the whole demo says of its results, and what it does with files and programs; `make demo-full` runs it."""

import io
import os
from pathlib import Path

import pytest
from rich.console import Console

from migrator.demo import needs, wrong
from migrator.demo.beside import Seen, chosen
from migrator.demo.bundle import SERVED, find_bundle
from migrator.demo.full import UNSEEN
from migrator.demo.full_screen import FullScreen
from migrator.demo.matches import Match
from migrator.errors import UsageError
from migrator.manifest import of
from migrator.parity.result import Item, Result
from migrator.parity.verdict import DIFFERENT, EQUAL, Outcome

SUCCESS, FAILED = ("success", "success"), ("failed", "failed")
WELL, ILL = Seen("a backfill", "success", True), Seen("a backfill", "failure", False)
LANDING = find_bundle().root / "fixtures" / "small" / "landing"


def result(verdict: str = EQUAL, states: tuple[str, str] = SUCCESS, error: str | None = None) -> Result:
    item = Item("state of the run", Outcome(verdict))
    return Result("orders", None, "2.11.2", "1.13", states, items=(item,), error=error)


@pytest.mark.parametrize(
    ("found", "seen", "status", "said"),
    [
        pytest.param(result(), WELL, 0, "Both systems did the same", id="all is well"),
        pytest.param(result(), ILL, 1, "Not as it should be", id="a backfill failed"),
        pytest.param(result(DIFFERENT), WELL, 1, "did not do the same", id="a DAG differs"),
        pytest.param(result(states=FAILED), WELL, 1, "proves nothing: orders", id="both failed"),
        pytest.param(result(error="no Airflow"), WELL, 2, "did not do the same", id="a side could not run"),
    ],
)
def test_the_last_words_and_the_status_are_those_of_the_results(
    found: Result, seen: Seen, status: int, said: str, tmp_path: Path
) -> None:
    out = io.StringIO()
    screen = FullScreen(Console(file=out, width=200))
    assert screen.ended([Match("phase 2", [found])], [seen], tmp_path) == status
    assert said in out.getvalue()


def test_a_dag_that_was_left_out_is_in_the_table_and_no_pass(tmp_path: Path) -> None:
    out = io.StringIO()
    screen = FullScreen(Console(file=out, width=200))
    screen.lacking({"orders_spark": "no Java"}, {"phase 1": UNSEEN})
    screen.ended([Match("phase 2", [result()])], [WELL], tmp_path)
    assert "left out: orders_spark: no Java" in out.getvalue()
    (row,) = (line for line in out.getvalue().splitlines() if line.strip().startswith("orders_spark"))
    assert row.split() == ["orders_spark", "-"]


def test_partners_send_good_files_a_twin_an_empty_one_and_a_half_one() -> None:
    files = chosen(LANDING)
    texts = [path.read_bytes() for path in files]
    assert len(files) == len({path.name for path in files}) == 5
    assert sum(not text for text in texts) == 1
    assert sum(text != b"" and not text.endswith(b"\n") for text in texts) == 1
    assert len(set(texts)) == len(texts) - 1


def test_a_lost_line_comes_back(tmp_path: Path) -> None:
    path = tmp_path / wrong.MODULE
    path.parent.mkdir()
    right = (find_bundle().root / "dagster_defs" / wrong.MODULE).read_text(encoding="utf-8")
    path.write_text(right)
    with wrong.without_newest(tmp_path):
        assert path.read_text() == right.replace(wrong.KEPT, wrong.LOST) != right
    assert path.read_text() == right
    path.write_text("pass\n")
    with pytest.raises(UsageError, match="was it edited"), wrong.without_newest(tmp_path):
        pass


def test_what_is_named_is_a_bundled_dag() -> None:
    known = of(find_bundle().root / "dagster_defs").dags
    assert {*UNSEEN, *SERVED, needs.DBT_DAG, needs.SPARK_DAG} <= set(known)


def test_without_spark_its_dag_is_left_out_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(needs.SPARK, str(tmp_path / "bin" / "python"))
    assert "no Spark" in needs.programs(find_bundle()).lacking[needs.SPARK_DAG]


def test_the_environment_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_DATABASE", "mine")
    with needs.environment({"AWS_ENDPOINT_URL": "theirs"}, without=needs.OF_OTHERS):
        assert "ORDERS_DATABASE" not in os.environ and os.environ["AWS_ENDPOINT_URL"] == "theirs"
    assert os.environ["ORDERS_DATABASE"] == "mine" and "AWS_ENDPOINT_URL" not in os.environ
