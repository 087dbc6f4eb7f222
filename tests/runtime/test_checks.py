"""Checks of tables: what fails, how many rows, and which of them are shown."""

from decimal import Decimal
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from migrator.runtime.checks import accepted, at_least, at_most, not_null, references, row_count, unique

ROWS = [
    {"id": 1, "shop": "a", "amount": 5, "status": "paid", "note": "private"},
    {"id": 1, "shop": "b", "amount": -1.5, "status": "lost", "note": "private"},
    {"id": None, "shop": "b", "amount": None, "status": None, "note": "private"},
    {"id": 2, "shop": "b", "amount": Decimal("3"), "status": "paid", "note": "private"},
    {"id": None, "shop": "b", "amount": "7", "status": "paid", "note": "private"},
]
SHAPES = [
    pytest.param(ROWS, id="dicts"),
    pytest.param(pd.DataFrame(ROWS), id="a frame"),
    pytest.param(pd.DataFrame(ROWS, index=[7, 7, 7, 8, 9]), id="an index that is not unique"),
    pytest.param(pd.DataFrame(ROWS).set_index(["id", "shop"]), id="columns in the index"),
]
RULES = [
    pytest.param(lambda t: unique(t, ["id"]), [0, 1], id="unique"),
    pytest.param(lambda t: unique(t, ["id", "shop"]), [], id="unique together"),
    pytest.param(lambda t: not_null(t, ["id"]), [2, 4], id="not null"),
    pytest.param(lambda t: not_null(t, ["id", "status"]), [2, 4], id="not null, of either"),
    pytest.param(lambda t: at_least(t, {"amount": 0}), [1], id="at least"),
    pytest.param(lambda t: at_most(t, {"amount": 4}), [0, 4], id="at most"),
    pytest.param(lambda t: at_least(t, {"shop": 0}), [0, 1, 2, 3, 4], id="no numbers"),
    pytest.param(lambda t: accepted(t, {"status": ["paid"]}), [1], id="accepted"),
    pytest.param(lambda t: references(t, "id", [{"key": 1}], "key"), [3], id="a reference"),
    pytest.param(lambda t: references(t, "id", pd.DataFrame({"key": [2, 1]}), "key"), [], id="all are there"),
]


def sampled(found: dg.AssetCheckResult) -> list[int]:
    text = found.metadata["sample"].value if "sample" in found.metadata else ""
    return [int(line.split("|")[1]) for line in text.splitlines()[2:]]


@pytest.mark.parametrize("table", SHAPES)
@pytest.mark.parametrize(("rule", "failing"), RULES)
def test_rows_that_fail_are_counted_and_shown(table: Any, rule: Any, failing: list[int]) -> None:
    found = rule(table)
    assert found.passed is (not failing)
    assert sampled(found) == failing
    assert found.metadata["failing_rows"].value == len(failing) and found.metadata["rows"].value == 5
    assert (found.description is None) is found.passed


def test_a_sample_is_short_and_has_only_the_columns_of_the_rule() -> None:
    found = not_null([{"a|b": None, "note": "private", "n": n} for n in range(100)], ["a|b"])
    assert sampled(found) == [0, 1, 2, 3, 4] and found.metadata["failing_rows"].value == 100
    assert "private" not in found.metadata["sample"].value


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param({"id": 1}, "is a dict", id="a dict"),
        pytest.param(None, "is a NoneType", id="nothing"),
        pytest.param([1, 2], "is a list", id="a list of numbers"),
        pytest.param([{"other": 1}], "no column id", id="no such column"),
        pytest.param(pd.DataFrame({"other": []}), "no column id", id="no such column and no rows"),
        pytest.param(pd.DataFrame([[1, 2]], columns=["id", "id"]), "several columns id", id="two of them"),
    ],
)
def test_what_is_no_table_fails_and_says_why(value: Any, why: str) -> None:
    for found in (unique(value, ["id"]), at_least(value, {"id": 0}), references(ROWS, "id", value, "id")):
        assert not found.passed and why in str(found.description)


@pytest.mark.parametrize("table", [[], pd.DataFrame(), pd.DataFrame({"id": [], "amount": []})])
def test_a_table_without_rows_breaks_no_rule_but_that_of_their_number(table: Any) -> None:
    for found in (unique(table, ["id"]), not_null(table, ["id"]), at_least(table, {"amount": 0})):
        assert found.passed
    assert row_count(table).passed and not row_count(table, least=1).passed


def test_rows_have_a_least_and_a_most() -> None:
    assert row_count(ROWS, 1, 5).passed
    found = row_count(ROWS, 1, 4)
    assert not found.passed and found.description == "5 rows instead of at least 1 and at most 4"
    assert not row_count(3, 1).passed


def test_lists_in_cells_and_times_are_no_trouble() -> None:
    lists = [{"tags": ["a"]}, {"tags": ["a"]}, {"tags": ["b"]}]
    assert sampled(unique(lists, ["tags"])) == [0, 1]
    assert sampled(references(lists, "tags", lists[2:], "tags")) == [0, 1]
    assert sampled(accepted(lists, {"tags": ["a"]})) == [0, 1, 2]
    times = pd.DataFrame({"at": pd.to_datetime(["2024-01-01", None])})
    assert sampled(at_least(times, {"at": 0})) == [0]  # a time is no number
