"""`make mutants` judges fairly: what it changes is a change, and who says so is not the comparison itself."""

import random
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from migrator.parity.compare import Rules, compare
from migrator.parity.record import Json, Parquet, Record, TaskRecord
from mutants import code, data
from mutants.kept import Kept
from mutants.oracle import DIFFERENT, ORDER, PROMISE, SAME, difference
from mutants.outcome import CAUGHT, EQUIVALENT, FALSE_ALARM, MISSED, NOT_RUN, Outcome, short_of
from mutants.pages import page, table
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
        if (marked := code.marked(each.text, each.line, "/tmp/mark")) is not None:
            compile(marked, module.name, "exec")
            assert "open('/tmp/mark', 'a').close()" in marked


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
        "rows in another order, where it counts",
        "columns in another order, where it counts",
        "state",
        "tries",
        "value missing",
        "JSON leaf",
        "file changed",
        "file missing",
    }
    for made in found:
        told = difference([record], [made.record])
        assert told in ((SAME, ORDER) if made.equal else (ORDER,) if made.ordered else (DIFFERENT,)), (
            made.kind
        )
        rules = Rules(ordered=made.ordered)
        assert (compare(record, made.record, rules).verdict == "equal") is bool(made.equal), made.kind


@pytest.mark.parametrize("value", [None, {}, [], {"a": []}, [[{}]], "", 0, False, 1.5, {"a": {"b": "c"}}])
def test_a_changed_leaf_is_a_change(value: object) -> None:
    assert data._leaf(value, random.Random(1)) != value


def test_the_oracle_sees_the_index_of_a_frame(record: Record, tmp_path: Path) -> None:
    extract, count = record.tasks
    moved = tmp_path / "moved.parquet"
    pd.read_parquet(record.folder / "orders.parquet").set_index(pd.Index([7, 8, 9])).to_parquet(moved)
    other = replace(extract, xcoms={"return_value": Parquet(moved, "pandas")})
    assert difference([record], [replace(record, tasks=(other, count))]) == DIFFERENT


def test_the_oracle_takes_a_return_value_of_none_for_none_at_all(record: Record) -> None:
    extract, count = record.tasks
    with_none = replace(count, xcoms={**count.xcoms, "other": Json(None)})
    assert difference([record], [replace(record, tasks=(extract, with_none))]) == SAME


STEP = {"upstream": [], "retries": 0}
THREE = {
    "a": STEP,
    "b": {"upstream": ["a"], "retries": 2},
    "c": {"upstream": ["a", "b"], "retries": 0},
}


@pytest.mark.parametrize(
    ("changed", "effect"),
    [
        pytest.param({}, SAME, id="nothing"),
        pytest.param({"c": {"upstream": ["b"], "retries": 0}}, SAME, id="an edge that another way keeps"),
        pytest.param({"c": {"upstream": ["a"], "retries": 0}}, PROMISE, id="an edge"),
        pytest.param({"b": {"upstream": ["a"], "retries": 1}}, PROMISE, id="a retry"),
        pytest.param({"b": {"upstream": ["a"], "retries": 3}}, SAME, id="a retry more"),
    ],
)
def test_the_oracle_asks_what_comes_after_what(
    record: Record, changed: dict[str, object], effect: str
) -> None:
    one, two = ({"jobs": {"d": {"ops": ops}}} for ops in (THREE, {**THREE, **changed}))
    assert difference([replace(record, graph=one)], [replace(record, graph=two)]) == effect


def test_a_mutant_that_is_known_is_not_judged_again(tmp_path: Path) -> None:
    place = tmp_path / "outcomes.jsonl"
    first = Kept(place).outcome("code", "constant", "a.py:1", lambda: (CAUGHT, "seen"))
    again = Kept(place).outcome("code", "constant", "a.py:1", lambda: (MISSED, "judged again"))
    assert again == first == Outcome("code", "constant", "a.py:1", CAUGHT, "seen")
    assert Kept(place).outcome("code", "constant", "a.py:2", lambda: (MISSED, "new")).verdict == MISSED


@pytest.mark.parametrize(
    ("missed", "alarms", "told"),
    [
        (0, 0, []),
        (1, 0, []),
        (2, 0, ["97.4% of effective mutations of code caught, and not 98%"]),
        (0, 1, ["1 false alarms"]),
    ],
)
def test_the_goal_is_98_of_100_in_code_and_no_false_alarm(missed: int, alarms: int, told: list[str]) -> None:
    found = [
        Outcome("data", "cell changed", "here", CAUGHT),
        *[Outcome("code", "constant", "there", CAUGHT)] * (76 - missed),
        Outcome("code", "constant", "there", CAUGHT, NOT_RUN),
        *[Outcome("code", "constant", "there", MISSED)] * missed,
        *[Outcome("code", "constant", "there", EQUIVALENT, "not reached")] * 50,
        *[Outcome("unchanged", "unchanged run", "day", FALSE_ALARM)] * alarms,
    ]
    assert short_of(found, whole=False) == told
    assert f"| code | constant | 127 | 77 | {77 - missed} | 1 | 50 | {missed} | 0 |" in table(found)
    assert ("## Missed" in page(found, 1, 60)) is bool(missed or alarms)
    assert page(found, 1, 60).count("- constant, `there`") == 50


def test_one_missed_change_of_data_is_one_too_many() -> None:
    found = [
        *[Outcome("data", "cell changed", "here", CAUGHT)] * 999,
        Outcome("data", "cell changed", "here", MISSED),
        Outcome("code", "constant", "there", CAUGHT),
    ]
    assert short_of(found, whole=False) == ["99.9% of effective mutations of data caught, and not 100%"]


def test_all_dags_need_enough_mutations_of_each_kind() -> None:
    found = [Outcome(of, "constant", "there", CAUGHT) for of in ("code", "data")]
    told = short_of(found, whole=True)
    assert told[:2] == ["2 mutations, and not 300", "0 unchanged runs, and not 200"]
    assert "no mutation of code: edge dropped" in told
    assert "no mutation of data: row lost" in told
