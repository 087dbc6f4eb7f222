"""Exactness of values: what looks alike and is not the same must differ, whatever it is packed in."""

import json
import math
import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from migrator.parity.record import Artifact, Json, Opaque, Parquet
from migrator.parity.values import compare
from migrator.parity.verdict import DIFFERENT, EQUAL, NOT_COMPARABLE, WITHIN, How

NAN = float("nan")


SECRET = "hunter2"


def opaque(value: Any, pickled: Path | None = None) -> Opaque:
    if pickled:
        pickled.write_bytes(pickle.dumps(value))
    return Opaque(f"{type(value).__module__}.{type(value).__qualname__}", repr(value)[:2000], pickled)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(1, 1.0, id="whole number and float"),
        pytest.param(True, 1, id="truth and number"),
        pytest.param(2**53, 2**53 + 1, id="beyond what a float can tell apart"),
        pytest.param(0.1 + 0.2, 0.3, id="the last digit of a float"),
        pytest.param(None, NAN, id="nothing and not a number"),
        pytest.param("1", 1, id="text and number"),
        pytest.param("2024-01-03T00:00:00", "2024-01-03 00:00:00", id="two texts of one date"),
        pytest.param([1, 2], [2, 1], id="order of a list"),
        pytest.param({"a": 1}, {"a": 1, "b": None}, id="an entry more"),
        pytest.param("", None, id="empty and nothing"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: [v], lambda v: {"k": [{"x": v}, 0]}])
def test_json_values_that_look_alike_differ(left: Any, right: Any, wrap: Any) -> None:
    outcome = compare(Json(wrap(left)), Json(wrap(right)), How())
    assert outcome.verdict == DIFFERENT
    assert outcome.detail


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(NAN, NAN, id="not a number"),
        pytest.param({"a": 1, "b": [NAN]}, {"b": [NAN], "a": 1}, id="order of a dictionary"),
        pytest.param([-0.0], [0.0], id="both zeros"),
    ],
)
def test_json_values_that_are_the_same_pass(left: Any, right: Any) -> None:
    assert compare(Json(left), Json(right), How()).verdict == EQUAL


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        pytest.param((1, 2), (1, 2), EQUAL, id="tuples"),
        pytest.param((1, 2), (1, 2.0), DIFFERENT, id="a type inside a tuple"),
        pytest.param({1: "a", 2: "b"}, {2: "b", 1: "a"}, EQUAL, id="keys that are numbers"),
        pytest.param({"b", "a"}, {"a", "b"}, EQUAL, id="sets"),
        pytest.param(Decimal("1.10"), Decimal("1.1"), DIFFERENT, id="the last digit of a decimal"),
        pytest.param(
            Decimal("0." + "1" * 30), Decimal("0." + "1" * 29 + "2"), DIFFERENT, id="the 30th digit"
        ),
        pytest.param(object(), object(), NOT_COMPARABLE, id="a repr that says nothing"),
        pytest.param(tuple(range(900)), tuple(range(900)), NOT_COMPARABLE, id="a repr that was cut"),
    ],
)
def test_values_that_are_no_json_are_compared_by_what_their_repr_says(
    left: Any, right: Any, verdict: str
) -> None:
    assert compare(opaque(left), opaque(right), How()).verdict == verdict


def test_a_pickle_with_the_same_bytes_is_the_same_value(tmp_path: Path) -> None:
    one, two = (opaque(tuple(range(900)), tmp_path / name) for name in "ab")
    assert compare(one, two, How()).verdict == EQUAL


def test_a_series_is_not_compared_by_its_rounded_repr() -> None:
    import pandas as pd

    one, two = opaque(pd.Series([0.12345678901])), opaque(pd.Series([0.12345678902]))
    assert one.repr == two.repr
    assert compare(one, two, How()).verdict == NOT_COMPARABLE


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(Json([1]), opaque((1,)), id="a list and a tuple"),
        pytest.param(Json([{"a": 1}]), Parquet(Path("x"), "pandas"), id="records and a frame"),
        pytest.param(opaque((1,)), opaque({1}), id="a tuple and a set"),
        pytest.param(
            Parquet(Path("x"), "pandas"), Parquet(Path("x"), "polars"), id="frames of two libraries"
        ),
    ],
)
def test_values_of_different_types_differ(left: Artifact, right: Artifact) -> None:
    assert compare(left, right, How()).verdict == compare(right, left, How()).verdict == DIFFERENT


def test_what_nobody_knows_is_never_a_pass() -> None:
    assert not compare(opaque(object()), opaque(object()), How()).passes


def test_a_tolerance_is_for_the_entries_of_its_name() -> None:
    one, two = Json({"net": 1.00, "gross": 2.0}), Json({"net": 1.01, "gross": 2.0})
    assert compare(one, two, How(tolerance={"net": 0.02})).verdict == WITHIN
    assert compare(one, two, How(tolerance={"gross": 0.02})).verdict == DIFFERENT
    assert compare(Json({"net": 1}), Json({"net": 1.0}), How(tolerance={"net": 1})).verdict == DIFFERENT


def test_records_are_compared_by_key_in_any_order() -> None:
    rows = [{"id": 1, "x": "a"}, {"id": 2, "x": "b"}]
    assert compare(Json(rows), Json(rows[::-1]), How(key=("id",))).verdict == EQUAL
    assert compare(Json(rows), Json(rows[::-1]), How()).verdict == DIFFERENT
    assert compare(Json(rows), Json([*rows, rows[0]]), How(key=("id",))).verdict == DIFFERENT


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def strict(value: Any) -> Any:
    """An independent reading of "exactly the same": values with their types, all through."""
    if isinstance(value, list):
        return ["list", *map(strict, value)]
    if isinstance(value, dict):
        return {name: strict(inner) for name, inner in value.items()}
    if isinstance(value, float):
        return ["float", "nan" if math.isnan(value) else value + 0.0]
    return [type(value).__name__, value]


@given(VALUES)
def test_a_value_equals_itself_after_it_was_written_and_read(value: Any) -> None:
    assert compare(Json(value), Json(json.loads(json.dumps(value))), How()).verdict == EQUAL


@given(VALUES, VALUES)
def test_values_pass_when_they_are_exactly_the_same_and_only_then(left: Any, right: Any) -> None:
    outcome = compare(Json(left), Json(right), How())
    assert (outcome.verdict == EQUAL) == (strict(left) == strict(right))
    assert outcome.verdict == compare(Json(right), Json(left), How()).verdict


@given(VALUES, LEAVES, st.data())
def test_one_changed_leaf_is_always_seen(value: Any, leaf: Any, data: st.DataObject) -> None:
    changed = changed_at_random(value, leaf, data)
    assume(strict(value) != strict(changed))
    outcome = compare(Json(value), Json(changed), How())
    assert outcome.verdict == DIFFERENT
    assert outcome.detail


def changed_at_random(value: Any, leaf: Any, data: st.DataObject) -> Any:
    if not isinstance(value, list | dict) or not value:
        return leaf
    places = list(value) if isinstance(value, dict) else list(range(len(value)))
    place = data.draw(st.sampled_from(places))
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place] = changed_at_random(value[place], leaf, data)
    return copy


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda secret: Json({"db": {"password": secret}}), id="an entry that is called a secret"
        ),
        pytest.param(lambda secret: Json({"uri": f"pg://me:{secret}@host/db"}), id="an address"),
        pytest.param(lambda secret: Json(f"x{'x' * 90} pg://me:{secret}{'y' * 60}@host"), id="a cut address"),
        pytest.param(
            lambda secret: opaque({("token", 1): {"api_key": secret}}), id="in the repr of an object"
        ),
    ],
)
def test_a_value_that_differs_is_shown_without_its_secrets(make: Callable[[str], Artifact]) -> None:
    outcome = compare(make(SECRET), make(SECRET + "x"), How())
    assert outcome.verdict == DIFFERENT
    assert SECRET not in outcome.detail
