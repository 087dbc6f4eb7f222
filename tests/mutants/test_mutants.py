"""`make mutants` judges fairly: what it changes is a change, and who says so is not the comparison itself."""

import random
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from migrator.parity.compare import Rules, compare
from migrator.parity.record import Json, Parquet, Record, TaskRecord
from mutants import code, data
from mutants.__main__ import reached, table
from mutants.lane import CAUGHT, EQUIVALENT, FALSE_ALARM, MISSED, Outcome
from mutants.oracle import DIFFERENT, ORDER, SAME, difference
from mutants.stage import PROJECT

MODULES = sorted((PROJECT / "defs").glob("*.py"))


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """A run with a table, a value in JSON and a file."""
    orders = pd.DataFrame(
        {
            "order_id": [1, 2, 3],
            "amount": [1.5, None, 0.1],
            "customer": ["a", "b", None],
            "paid": [True, False, True],
            "at": pd.to_datetime(
                ["2024-03-31 01:00", "2024-03-31 03:00", "2024-03-31"], utc=True, format="mixed"
            ),
        }
    )
    folder = tmp_path / "run"
    (folder / "outputs").mkdir(parents=True)
    orders.to_parquet(folder / "orders.parquet")
    (folder / "outputs" / "orders.csv").write_text("order_id,amount\n1,1.50\n2,2.00\n")
    tasks = (
        TaskRecord(
            "extract", -1, "success", 1, {"return_value": Parquet(folder / "orders.parquet", "pandas")}
        ),
        TaskRecord("count", -1, "success", 1, {"return_value": Json({"rows": [3, {"bad": 0}]})}),
    )
    return Record(folder, "airflow", "2.11.2", "d", "r", None, None, "success", tasks, ("orders.csv",))


@pytest.mark.parametrize(
    "module", [path for path in MODULES if path.name != "__init__.py"], ids=lambda p: p.stem
)
def test_each_mutant_of_a_module_is_another_module_that_compiles(module: Path) -> None:
    text = module.read_text()
    found = code.mutations(text, random.Random(3), 40)
    assert len(found) > 10
    for each in found:
        compile(each.text, module.name, "exec")
        assert each.text != text, each
        if (failing := code.failing(text, each.line)) is not None:
            compile(failing, module.name, "exec")


def test_the_same_seed_makes_the_same_mutants() -> None:
    text = MODULES[1].read_text()
    assert code.mutations(text, random.Random(7), 25) == code.mutations(text, random.Random(7), 25)


def test_all_kinds_of_mistakes_are_made_in_the_converted_project() -> None:
    kinds = {m.kind for path in MODULES for m in code.mutations(path.read_text(), random.Random(1), 60)}
    assert kinds >= {*code.BODY, *code.GRAPH, "retry lost", "trigger rule"}


def test_each_change_of_data_is_seen_by_oracle_and_comparison(record: Record, tmp_path: Path) -> None:
    found = data.mutations(record, random.Random(1), tmp_path / "changed")
    assert {made.kind for made in found} == {
        *data.TABLES,
        "state",
        "value missing",
        "JSON leaf",
        "file changed",
        "file missing",
    }
    for made in found:
        told = difference([record], [made.record])
        assert told in ((SAME, ORDER) if made.equal else (DIFFERENT,)), made.kind
        assert (compare(record, made.record, Rules()).verdict == "equal") is bool(made.equal), made.kind


def test_the_oracle_takes_a_return_value_of_none_for_none_at_all(record: Record) -> None:
    extract, count = record.tasks
    with_none = replace(count, xcoms={**count.xcoms, "other": Json(None)})
    assert difference([record], [replace(record, tasks=(extract, with_none))]) == SAME


@pytest.mark.parametrize(
    ("missed", "alarms", "well"), [(0, 0, True), (1, 0, True), (2, 0, False), (0, 1, False)]
)
def test_the_goal_is_98_of_100_in_code_and_no_false_alarm(missed: int, alarms: int, well: bool) -> None:
    found = [
        Outcome("data", "cell changed", "here", CAUGHT),
        *[Outcome("code", "constant", "there", CAUGHT)] * (99 - missed),
        *[Outcome("code", "constant", "there", MISSED)] * missed,
        *[Outcome("code", "constant", "there", EQUIVALENT)] * 50,
        *[Outcome("unchanged", "unchanged run", "day", FALSE_ALARM)] * alarms,
    ]
    assert reached(found) is well
    assert f"| code | constant | 149 | {99 - missed} | 50 | {missed} | 0 |" in table(found)


def test_one_missed_change_of_data_is_one_too_many() -> None:
    found = [
        *[Outcome("data", "cell changed", "here", CAUGHT)] * 999,
        Outcome("data", "cell changed", "here", MISSED),
        Outcome("code", "constant", "there", CAUGHT),
    ]
    assert not reached(found)
