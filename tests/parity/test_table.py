"""Tables: by key, in any order, null-safe, dtypes apart from values. Each trap is a case; the rest are properties."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from migrator.parity.frames import compare_csv, compare_frames, compare_parquet
from migrator.parity.verdict import DIFFERENT, EQUAL, NOT_COMPARABLE, WITHIN, How, Outcome

UTC_NS = pa.timestamp("ns", tz="UTC")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


def compare(place: Path, left: Any, right: Any, how: How | None = None) -> Outcome:
    """Arrow tables as files that tasks wrote; frames as what tasks returned."""
    paths = place / "left.parquet", place / "right.parquet"
    for path, table in zip(paths, (left, right), strict=True):
        pq.write_table(table, path) if isinstance(table, pa.Table) else table.to_parquet(path)
    comparer = compare_parquet if isinstance(left, pa.Table) else compare_frames
    return comparer(*paths, how or How())


def column(values: list[Any], kind: Any = None) -> pa.Table:
    return pa.table({"x": pa.array(values, kind)})


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(column([2**53]), column([2**53 + 1]), id="beyond what a float can tell apart"),
        pytest.param(column([2**64 - 1], pa.uint64()), column([2**64 - 2], pa.uint64()), id="unsigned"),
        pytest.param(column([0.1 + 0.2]), column([0.3]), id="the last digit of a float"),
        pytest.param(column([float("inf")]), column([float("-inf")]), id="infinities"),
        pytest.param(
            column([float("inf")]), column([1.7976931348623157e308]), id="infinity and the largest float"
        ),
        pytest.param(
            column([float("nan"), 2.0]), column([2.0, 2.0]), id="NaN, which statistics of files leave out"
        ),
        pytest.param(
            column([Decimal("0.00000000000000000001")]),
            column([Decimal("0.00000000000000000002")]),
            id="the 20th digit of a decimal",
        ),
        pytest.param(
            column([[1]], pa.list_(UTC_NS)), column([[2]], pa.list_(UTC_NS)), id="a nanosecond inside a list"
        ),
        pytest.param(column([b"\x00a"]), column([b"\x00b"]), id="bytes"),
        pytest.param(column([Decimal("1.10")]), column([Decimal("1.11")]), id="the last digit of a decimal"),
        pytest.param(
            column([Decimal("1" * 44)], pa.decimal256(50, 0)),
            column([Decimal("1" * 43 + "2")], pa.decimal256(50, 0)),
            id="the 44th digit of a decimal",
        ),
        pytest.param(column([None, 1.0]), column([float("nan"), 1.0]), id="null and NaN"),
        pytest.param(column([1], pa.timestamp("ns")), column([2], pa.timestamp("ns")), id="a nanosecond"),
        pytest.param(column([1], UTC_NS), column([2], UTC_NS), id="a nanosecond with a time zone"),
        pytest.param(column([1], pa.time64("ns")), column([2], pa.time64("ns")), id="a nanosecond of a time"),
        pytest.param(column([1], pa.duration("ns")), column([2], pa.duration("ns")), id="of a duration"),
        pytest.param(column(["a"]), column(["a "]), id="a space at the end"),
        pytest.param(column([""]), column([None], pa.string()), id="empty text and null"),
        pytest.param(column([1, 1, 2]), column([1, 2, 2]), id="how often a row is there"),
        pytest.param(column([[1, None]]), column([[1, 2]]), id="inside a list"),
        pytest.param(column([{"y": 1}]), column([{"y": 2}]), id="inside a struct"),
        pytest.param(pa.table({"id": [1]}), pa.table({"Id": [1]}), id="the case of a column's name"),
        pytest.param(column([1, 2]), column([1]), id="a row less"),
        pytest.param(column([], pa.int64()), column([1]), id="an empty table"),
    ],
)
def test_tables_that_look_alike_differ(place: Path, left: pa.Table, right: pa.Table) -> None:
    assert compare(place, left, right).verdict == DIFFERENT
    assert compare(place, right, left).verdict == DIFFERENT


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        pytest.param(column([1]), column([1.0]), "int64 | double", id="whole numbers and floats"),
        pytest.param(column([1]), column([1], pa.int32()), "int64 | int32", id="their width"),
        pytest.param(
            column([1], pa.timestamp("us")),
            column(["1970-01-01 00:00:00.000001"]),
            "timestamp[us] | string",
            id="a time and its text",
        ),
        pytest.param(
            column([1], pa.timestamp("us")),
            column(["1970-01-01T00:00:00.000001"]),
            "| string",
            id="its ISO text",
        ),
        pytest.param(
            column([1], UTC_NS),
            column([1], pa.timestamp("ns", "Europe/Berlin")),
            "tz=Europe",
            id="another zone",
        ),
        pytest.param(column([1.5]), column([Decimal("1.5")]), "double | decimal", id="floats and decimals"),
        pytest.param(column([2**63 - 1]), column([2**63 - 1], pa.uint64()), "int64 | uint64", id="a sign"),
        pytest.param(column([1], UTC_NS), column([1], pa.timestamp("ns")), "tz=UTC", id="a time zone"),
        pytest.param(column(["1"]), column([1]), "string | int64", id="text and number"),
        pytest.param(column([None]), column([None], pa.string()), "null | string", id="a column of nothing"),
    ],
)
def test_a_dtype_differs_apart_from_values(place: Path, left: pa.Table, right: pa.Table, said: str) -> None:
    outcome = compare(place, left, right)
    assert outcome.verdict == DIFFERENT
    assert outcome.detail.startswith("dtype of x: ") and said in outcome.detail
    assert "values differ" not in outcome.detail and not outcome.rows


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(pd.Series([1, 2]), pd.Series([1, 2], dtype="Int64"), id="nullable"),
        pytest.param(pd.Series(["a"]), pd.Series(["a"], dtype="string"), id="text as object"),
        pytest.param(pd.Series(["a"]), pd.Series(["a"], dtype="category"), id="category"),
    ],
)
def test_dtypes_that_parquet_has_one_type_for_differ_in_frames(place: Path, left: Any, right: Any) -> None:
    outcome = compare(place, pd.DataFrame({"x": left}), pd.DataFrame({"x": right}))
    assert outcome.verdict == DIFFERENT and outcome.detail.startswith("dtype of x: ")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(column([float("nan")]), column([float("nan")]), id="NaN"),
        pytest.param(column([None], pa.int64()), column([None], pa.int64()), id="null"),
        pytest.param(column([None], pa.timestamp("ns")), column([None], pa.timestamp("ns")), id="no time"),
        pytest.param(column([float("inf")]), column([float("inf")]), id="infinity"),
        pytest.param(
            column(["a", "b"]).to_pandas().astype("category").pipe(pa.Table.from_pandas),
            column(["b", "a"]).to_pandas().astype("category").pipe(pa.Table.from_pandas),
            id="categories",
        ),
        pytest.param(column([], pa.int64()), column([], pa.int64()), id="both empty"),
        pytest.param(column([-0.0]), column([0.0]), id="both zeros"),
        pytest.param(column([2, 1, 2]), column([1, 2, 2]), id="order of rows that repeat"),
        pytest.param(pa.table({"A": [1], "a": [2]}), pa.table({"a": [2], "A": [1]}), id="names by case"),
        pytest.param(column(["a"]), column(["a"], pa.large_string()), id="how long offsets are"),
    ],
)
def test_tables_that_are_the_same_pass(place: Path, left: pa.Table, right: pa.Table) -> None:
    assert compare(place, left, right).verdict == EQUAL


def test_the_index_of_a_frame_counts(place: Path) -> None:
    frame = pd.DataFrame({"x": [1, 2, 3]})
    kept = frame[frame["x"] > 1]
    assert compare(place, kept, kept.reset_index(drop=True)).verdict == DIFFERENT


COLOURS = ["red", "blue"]


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        pytest.param(
            pd.DataFrame({"i": [5, 6], "x": [1, 2]}),
            pd.DataFrame({"x": [1, 2]}, index=pd.Index([5, 6], name="i")),
            "index: none | i",
            id="a column and an index",
        ),
        pytest.param(
            pd.DataFrame({"x": [1, 2]}),
            pd.DataFrame({"x": [1, 2]}, index=pd.RangeIndex(3, 5)),
            "index: none | from 3 by 1",
            id="two ranges",
        ),
        pytest.param(
            pd.DataFrame({1: [1]}),
            pd.DataFrame({"1": [1]}),
            "column names: int64 | none",
            id="a number and a text as name",
        ),
        pytest.param(
            pd.DataFrame({("a", "b"): [1]}),
            pd.DataFrame({"('a', 'b')": [1]}),
            "column names: unicode unicode | none",
            id="names of two levels",
        ),
        pytest.param(
            pd.DataFrame({"x": pd.Categorical(COLOURS, COLOURS)}),
            pd.DataFrame({"x": pd.Categorical(COLOURS, [*COLOURS, "none"])}),
            "categories of x: 2 | 3",
            id="a category without a row",
        ),
        pytest.param(
            pd.DataFrame({"x": pd.Categorical(COLOURS, COLOURS, ordered=True)}),
            pd.DataFrame({"x": pd.Categorical(COLOURS, COLOURS[::-1], ordered=True)}),
            "categories of x: 2: red < blue | 2: blue < red",
            id="the order of categories that have one",
        ),
    ],
)
def test_what_pandas_knows_beside_the_columns_counts(place: Path, left: Any, right: Any, said: str) -> None:
    outcome = compare(place, left, right)
    assert outcome.verdict == compare(place, right, left).verdict == DIFFERENT
    assert said in outcome.detail
    assert compare(place, left, left).verdict == compare(place, right, right).verdict == EQUAL


def test_frames_without_columns_are_equal_and_differ_from_others(place: Path) -> None:
    nothing, other = pd.DataFrame(), pd.DataFrame({"x": [1]})
    assert compare(place, nothing, pd.DataFrame()).verdict == EQUAL
    assert compare(place, nothing, pd.DataFrame(), How(key=("id",))).verdict == EQUAL
    assert compare(place, nothing, other).verdict == compare(place, other, nothing).verdict == DIFFERENT


def test_lists_of_nothing_are_compared(place: Path) -> None:
    columns: list[list[Any]] = [[[]], [[None]], [None]]
    frames = [pd.DataFrame({"x": values}) for values in columns]
    for number, frame in enumerate(frames):
        verdicts = [compare(place, frame, other).verdict for other in frames]
        assert verdicts == [EQUAL if n == number else DIFFERENT for n in range(3)]


def test_a_key_is_inferred_and_said_and_rows_are_shown_by_it(place: Path) -> None:
    left = pa.table({"amount": [5, 6, 7], "id": [1, 2, 3]})
    right = pa.table({"amount": [5, 9, 7], "id": [1, 2, 3]})
    outcome = compare(place, left, right)
    assert outcome.detail == "3 rows; key id (inferred); values differ: amount in 1 of 3 rows"
    assert [(row.key, row.differing) for row in outcome.rows] == [({"id": "2"}, ("amount",))]


def test_a_key_of_two_columns_is_found(place: Path) -> None:
    table = pa.table({"day": [1, 1, 2, 2], "shop": ["a", "b", "a", "b"], "sum": [1.0, 1.0, 1.0, 2.0]})
    assert compare(place, table, table).detail == "4 rows; key day, shop (inferred)"


def test_a_given_key_that_repeats_is_said_and_still_exact(place: Path) -> None:
    left, right = pa.table({"k": [1, 1], "x": [1, 2]}), pa.table({"k": [1, 1], "x": [2, 1]})
    outcome = compare(place, left, right, How(key=("k",)))
    assert (outcome.verdict, "not unique" in outcome.detail) == (EQUAL, True)
    other = pa.table({"k": [1, 1], "x": [2, 2]})
    assert compare(place, left, other, How(key=("k",))).verdict == DIFFERENT


def test_a_null_in_a_key_meets_a_null(place: Path) -> None:
    table = pa.table({"k": [None, 1], "x": [1, 2]})
    assert compare(place, table, table, How(key=("k",))).verdict == EQUAL


def test_a_key_that_no_table_has_is_not_a_pass(place: Path) -> None:
    assert compare(place, column([1]), column([1]), How(key=("id",))).verdict == NOT_COMPARABLE


def test_a_tolerance_is_absolute_and_of_its_column(place: Path) -> None:
    left, right = pa.table({"id": [1], "x": [1.0], "y": [1.0]}), pa.table({"id": [1], "x": [1.1], "y": [1.0]})
    assert compare(place, left, right, How(tolerance={"x": 0.2})).verdict == WITHIN
    assert compare(place, left, right, How(tolerance={"x": 0.05})).verdict == DIFFERENT
    assert compare(place, left, right, How(tolerance={"y": 0.2})).verdict == DIFFERENT


@pytest.mark.parametrize("other", [None, float("nan"), float("inf")])
def test_no_tolerance_takes_a_number_for_none(place: Path, other: float | None) -> None:
    left, right = (
        pa.table({"id": [1], "x": [1.0]}),
        pa.table({"id": [1], "x": pa.array([other], pa.float64())}),
    )
    assert compare(place, left, right, How(tolerance={"x": 1e9})).verdict == DIFFERENT


def test_a_tolerance_works_without_a_key_and_beyond_floats(place: Path) -> None:
    tolerant = How(tolerance={"x": 0.5})
    assert compare(place, column([2**53]), column([2**53 + 1]), tolerant).verdict == DIFFERENT
    assert compare(place, column([1.0, 2.0]), column([2.1, 1.1]), tolerant).verdict == WITHIN


def test_ignored_columns_are_ignored_on_either_side(place: Path) -> None:
    left = pa.table({"id": [1], "loaded_at": [1]})
    assert compare(place, left, pa.table({"id": [1]}), How(ignore_columns=frozenset({"loaded_at"}))).passes


def test_ten_rows_are_shown_of_many(place: Path) -> None:
    left = pa.table({"id": range(50), "x": [0] * 50})
    outcome = compare(place, left, pa.table({"id": range(50), "x": [1] * 50}))
    assert [row.key["id"] for row in outcome.rows] == [str(n) for n in range(10)]


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        pytest.param("id,x\n1,1.0\n2,2\n", "id,x\n2,2\n1,1.0\n", EQUAL, id="order of rows"),
        pytest.param("id,x\n1,1.0\n", "x,id\n1.0,1\n", EQUAL, id="order of columns"),
        pytest.param("id,x\n1,1.0\n", "id,x\n1,1\n", DIFFERENT, id="a zero at the end"),
        pytest.param("id,x\n1,\n", "id,x\n1,0\n", DIFFERENT, id="nothing and zero"),
        pytest.param("id\n01\n", "id\n1\n", DIFFERENT, id="a zero at the start"),
        pytest.param("id,x\n", "id,x\n", EQUAL, id="headers only"),
        pytest.param("id,x\n1,\n", 'id,x\n1,""\n', EQUAL, id="an empty field and empty text"),
        pytest.param("id,x\n", "id,y\n", DIFFERENT, id="another header"),
        pytest.param('id,x\n1,"a\nb"\n', "id,x\n1,a\n", DIFFERENT, id="a line end in a field"),
        pytest.param("Id,id\n1,2\n", "id,Id\n2,1\n", EQUAL, id="names by case"),
    ],
)
def test_csv_is_compared_as_text_in_any_order(place: Path, left: str, right: str, verdict: str) -> None:
    paths = place / "left.csv", place / "right.csv"
    for path, text in zip(paths, (left, right), strict=True):
        path.write_text(text)
    outcome = compare_csv(*paths, How())
    assert outcome is not None and outcome.verdict == verdict


def test_a_tolerance_reads_the_numbers_in_a_csv_file(place: Path) -> None:
    (place / "left.csv").write_text("id,x\n1,1.00\n2,n/a\n")
    (place / "right.csv").write_text("id,x\n1,1.01\n2,n/a\n")
    found = compare_csv(place / "left.csv", place / "right.csv", How(tolerance={"x": 0.02}))
    assert found is not None and found.verdict == WITHIN


CELLS = {
    "id": st.integers(-3, 3),
    "big": st.integers(-(2**63), 2**63 - 1),
    "ratio": st.floats(),
    "name": st.none() | st.text("ab ", max_size=2),
    "ok": st.booleans(),
}
KINDS = {"id": pa.int64(), "big": pa.int64(), "ratio": pa.float64(), "name": pa.string(), "ok": pa.bool_()}
ROWS = st.lists(st.fixed_dictionaries(CELLS), max_size=6)
HOWS = st.sampled_from([How(), How(key=("id",)), How(key=("id", "name"))])
QUICK = settings(max_examples=25, deadline=None)


def table(rows: list[dict[str, Any]], columns: list[str] | None = None) -> pa.Table:
    return pa.table({c: pa.array([row[c] for row in rows], KINDS[c]) for c in columns or list(KINDS)})


@QUICK
@given(rows=ROWS, how=HOWS, data=st.data())
def test_a_table_equals_itself_in_any_order(
    place: Path, rows: list[dict[str, Any]], how: How, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    columns = data.draw(st.permutations(list(KINDS)))
    assert compare(place, table(rows), table(shuffled, columns), how).verdict == EQUAL


@QUICK
@given(rows=ROWS.filter(bool), how=HOWS, data=st.data())
def test_one_changed_cell_is_always_seen(
    place: Path, rows: list[dict[str, Any]], how: How, data: st.DataObject
) -> None:
    index, name = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.sampled_from(list(CELLS)))
    value = data.draw(CELLS[name])
    assume(value != rows[index][name] and (value == value or rows[index][name] == rows[index][name]))
    changed = [row if n != index else {**row, name: value} for n, row in enumerate(rows)]
    left, right = (
        compare(place, table(rows), table(changed), how),
        compare(place, table(changed), table(rows), how),
    )
    assert left.verdict == right.verdict == DIFFERENT
    assert left.rows and right.rows


@QUICK
@given(rows=ROWS.filter(bool), how=HOWS, data=st.data())
def test_one_dropped_row_is_always_seen(
    place: Path, rows: list[dict[str, Any]], how: How, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(rows) - 1))
    fewer = rows[:index] + rows[index + 1 :]
    assert compare(place, table(rows), table(fewer), how).verdict == DIFFERENT
    assert compare(place, table(fewer), table(rows), how).verdict == DIFFERENT
