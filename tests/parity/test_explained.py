"""What a comparison of tables says beyond its verdict: counts, statistics of columns, likely causes, and tolerances."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from migrator.parity.frames import compare_parquet
from migrator.parity.tolerance import Tolerance, parse
from migrator.parity.verdict import DIFFERENT, EQUAL, WITHIN, ColumnStats, Counts, How, Outcome

NOON = datetime(2024, 3, 1, 12)
CENTS = [Decimal("1.10"), Decimal("9.99")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def compare(
    place: Path, left: dict[str, list[Any]], right: dict[str, list[Any]], how: How | None = None
) -> Outcome:
    paths = place / "left.parquet", place / "right.parquet"
    for path, columns in zip(paths, (left, right), strict=True):
        pq.write_table(pa.table(columns), path)
    return compare_parquet(*paths, how or How())


@pytest.mark.parametrize(
    ("left", "right", "hint"),
    [
        pytest.param(["a", "b"], ["a ", "b\t"], "trailing whitespace", id="spaces at the end"),
        pytest.param(["a", "b"], [" a", "b "], "whitespace around the text", id="spaces around"),
        pytest.param(["a", "b"], ["A", "B"], "case of letters", id="capitals"),
        pytest.param(
            ["1", "2"], ["1.0", "2.0"], "the same numbers, written in another way", id="numbers as text"
        ),
        pytest.param([1.256, 2.5], [1.26, 2.5], "rounding at 2 digits", id="rounded"),
        pytest.param([1.6, -2.5], [2.0, -3.0], "rounding at 0 digits", id="rounded to whole numbers"),
        pytest.param([1.259, -2.119], [1.25, -2.11], "cut off after 2 digits", id="cut off"),
        pytest.param([1, -2], [-1, 2], "sign", id="sign"),
        pytest.param([1, 7], [3, 9], "always +2", id="a constant"),
        pytest.param([1, 7], [100, 700], "always 100 times as much", id="a factor"),
        pytest.param(CENTS, [cent + Decimal("0.01") for cent in CENTS], "always +0.01", id="cents"),
        pytest.param([0.1 + 0.2, 1e9], [0.3, 1e9], "the last digits of a float", id="noise of floats"),
        pytest.param([1.0, 2.0], [float("nan"), 2.0], "NaN on one side", id="NaN"),
        pytest.param(
            ["", "b"], [None, "b"], "no value on one side, empty text on the other", id="empty text"
        ),
        pytest.param([1, 2], [None, 2], "no value on one side", id="null"),
        pytest.param(
            [NOON, NOON], [NOON + 2 * HOUR] * 2, "time zone: shifted by exactly +2 hours", id="time zone"
        ),
        pytest.param(
            [NOON] * 2, [NOON - 5.5 * HOUR] * 2, "time zone: shifted by exactly -5.5 hours", id="India"
        ),
        pytest.param(
            [NOON, NOON],
            [NOON + HOUR, NOON + 2 * HOUR],
            "summer time: shifted by +1 or +2 hours",
            id="summer time",
        ),
        pytest.param(
            [NOON, NOON], [NOON + DAY] * 2, "off by exactly +1 day", id="the other end of the interval"
        ),
        pytest.param([date(2024, 1, 1)] * 2, [date(2023, 12, 31)] * 2, "off by exactly -1 day", id="a date"),
        pytest.param(
            [NOON, NOON + timedelta(microseconds=3)], [NOON, NOON], "parts of a second", id="microseconds"
        ),
    ],
)
def test_a_likely_cause_is_named(tmp_path: Path, left: list[Any], right: list[Any], hint: str) -> None:
    outcome = compare(tmp_path, {"id": [1, 2], "x": left}, {"id": [1, 2], "x": right}, How(key=("id",)))
    assert outcome.verdict == DIFFERENT
    assert len(outcome.hints) == 1 and outcome.hints[0].startswith("x: ") and hint in outcome.hints[0]


def test_no_cause_is_named_where_cells_differ_for_several_reasons(tmp_path: Path) -> None:
    outcome = compare(tmp_path, {"id": [1, 2], "x": ["a", "b"]}, {"id": [1, 2], "x": ["A", "c"]})
    assert (outcome.verdict, outcome.hints) == (DIFFERENT, ())


def test_rows_at_another_time_are_named_where_the_time_is_the_key(tmp_path: Path) -> None:
    hours = [NOON + n * HOUR for n in range(3)]
    outcome = compare(tmp_path, {"at": hours}, {"at": [at + 24 * HOUR for at in hours]})
    assert outcome.counts == Counts(0, 0, 3, 3)
    assert outcome.hints[0].startswith("rows without a counterpart, by at: off by exactly +1 day")


def test_rows_and_cells_are_counted_and_the_largest_difference_is_said(tmp_path: Path) -> None:
    left = {"id": [1, 2, 3, 4], "x": [1.0, 2.0, 8.0, 4.0], "y": [0, 0, 0, 0]}
    right = {"id": [1, 2, 3, 5], "x": [1.5, 2.0, 10.0, 4.0], "y": [0, 0, 0, 0]}
    outcome = compare(tmp_path, left, right, How(key=("id",)))
    assert outcome.counts == Counts(equal=1, different=2, missing=1, extra=1)
    assert outcome.columns == (ColumnStats("x", 1, 2, 0, 2.0, 0.5 / 1.5),)


@pytest.mark.parametrize(
    ("allowed", "left", "right", "verdict"),
    [
        pytest.param("abs:0.5", 1.0, 1.5, WITHIN, id="absolute"),
        pytest.param("abs:0.5", 1.0, 1.6, DIFFERENT, id="more than absolute"),
        pytest.param("rel:0.1", 100.0, 91.0, WITHIN, id="relative to the larger"),
        pytest.param("rel:0.1", 100.0, 89.0, DIFFERENT, id="more than relative"),
        pytest.param("ulp:1", 0.1 + 0.2, 0.3, WITHIN, id="a unit in the last place"),
        pytest.param("ulp:1", 0.3, 0.3 + 2e-16, DIFFERENT, id="four units"),
        pytest.param("ulp:1", 1.0, 1.0 - 2**-53, WITHIN, id="below a power of two"),
        pytest.param("abs:0.001,rel:0.1", 100.0, 91.0, WITHIN, id="one of two is enough"),
        pytest.param("rel:0.1", 0.0, 1e-9, DIFFERENT, id="nothing is near zero"),
        pytest.param("abs:0.01", Decimal("1.00"), Decimal("1.01"), WITHIN, id="decimals to the last digit"),
        pytest.param("abs:0.01", 2**53, 2**53 + 1, DIFFERENT, id="whole numbers beyond floats"),
        pytest.param("ulp:9,rel:9,abs:9", 1.0, float("inf"), DIFFERENT, id="infinity"),
        pytest.param("ulp:9,rel:9,abs:9", 1.0, float("nan"), DIFFERENT, id="NaN"),
    ],
)
def test_a_tolerance_is_absolute_relative_or_in_units_in_the_last_place(
    tmp_path: Path, allowed: str, left: Any, right: Any, verdict: str
) -> None:
    how = How(key=("id",), tolerance={"x": parse(allowed)})
    assert compare(tmp_path, {"id": [1], "x": [left]}, {"id": [1], "x": [right]}, how).verdict == verdict
    assert compare(tmp_path, {"id": [1], "x": [right]}, {"id": [1], "x": [left]}, how).verdict == verdict


def test_a_tolerance_takes_plain_numbers_as_it_takes_columns() -> None:
    assert Tolerance(ulp=1).takes(0.1 + 0.2, 0.3) and not Tolerance(ulp=1).takes(0.3, 0.3 + 2e-16)
    assert Tolerance(relative=0.1).takes(91, 100) and not Tolerance(absolute=1).takes(1, float("inf"))


@pytest.mark.parametrize("text", ["", "abs", "much", "abs:-1", "abs:nan", "ulp:0.5", "near:1", "abs:1,abs:2"])
def test_what_is_no_tolerance_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"abs:|number"):
        parse(text)


def test_a_renamed_column_is_compared_with_its_old_self(tmp_path: Path) -> None:
    left, right = {"id": [1, 2], "gross": [3, 4]}, {"id": [1, 2], "total": [3, 4]}
    assert compare(tmp_path, left, right).verdict == DIFFERENT
    assert compare(tmp_path, left, right, How(rename={"gross": "total"})).verdict == EQUAL


@pytest.mark.parametrize(
    ("right", "said"),
    [
        pytest.param({"id": [2, 1], "x": [6, 5]}, "same rows in another order: 2 stand elsewhere", id="rows"),
        pytest.param({"x": [5, 6], "id": [1, 2]}, "columns in another order", id="columns"),
    ],
)
def test_order_counts_when_a_person_asks_for_it(
    tmp_path: Path, right: dict[str, list[int]], said: str
) -> None:
    left = {"id": [1, 2], "x": [5, 6]}
    assert compare(tmp_path, left, right).verdict == EQUAL
    outcome = compare(tmp_path, left, right, How(ordered=True))
    assert outcome.verdict == DIFFERENT and said in outcome.detail
    assert compare(tmp_path, left, left, How(ordered=True)).verdict == EQUAL
