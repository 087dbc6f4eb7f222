"""Assets whose values are tables of a DuckDB file, and rows of several partitions in one run: real Dagster."""

from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import pytest

from migrator.runtime.duckdb_tables import DuckDbTables
from migrator.runtime.tables import ParquetFiles

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-31", timezone="Europe/Berlin")
WEEKS = dg.WeeklyPartitionsDefinition(
    "2024-01-01", end_date="2024-01-31", day_offset=1, timezone="Europe/Berlin"
)
METADATA = {"partition_expr": "partition_start", "partition_column": "at"}
TABLE = pd.DataFrame(
    {
        "at": pd.to_datetime(
            ["2024-01-01T23:30:00Z", "2024-01-01T22:59:59Z"]
        ),  # either side of midnight in Berlin
        "whole": pd.array([1, None], dtype="Int64"),
        "text": pd.array(["a", None], dtype="string"),
        "plain": ["x", None],
        "share": [0.5, float("nan")],
        "yes": [True, False],
    }
)


def asset_of(table: pd.DataFrame, **options: Any) -> Any:
    @dg.asset(key_prefix="shop", partitions_def=DAYS, metadata=METADATA, **options)  # type: ignore[untyped-decorator]
    def orders() -> Any:
        return table

    return orders


@dg.asset(key_prefix="shop", partitions_def=WEEKS, metadata={"partition_expr": "partition_start"})
def week(orders: pd.DataFrame) -> Any:
    return orders


def make(asset: Any, place: Any, *days: str) -> Any:
    tags = {"dagster/asset_partition_range_start": days[0], "dagster/asset_partition_range_end": days[-1]}
    given: dict[str, Any] = {"tags": tags} if len(days) > 1 else {"partition_key": days[0]}
    return dg.materialize([asset], resources={"io_manager": place}, raise_on_error=False, **given)


def read(place: Any, asset: Any, day: str) -> pd.DataFrame:
    defs = dg.Definitions([asset], resources={"io_manager": place})
    found = defs.load_asset_value(asset.key, partition_key=day)
    assert isinstance(found, pd.DataFrame)
    return found


def test_a_table_comes_back_with_its_types_and_a_day_is_replaced_alone(tmp_path: Path) -> None:
    place, asset = DuckDbTables(database=str(tmp_path / "lake.duckdb")), asset_of(TABLE)
    for day in ("2024-01-03", "2024-01-04", "2024-01-03"):
        assert make(asset, place, day).success
    pd.testing.assert_frame_equal(read(place, asset, "2024-01-03"), TABLE, check_dtype=True)
    with duckdb.connect(str(tmp_path / "lake.duckdb")) as own:
        assert own.execute("SELECT count(*) FROM shop.orders").fetchone() == (4,)


def test_a_day_without_a_row_is_an_empty_table_of_its_types(tmp_path: Path) -> None:
    place, asset = DuckDbTables(database=str(tmp_path / "lake.duckdb")), asset_of(TABLE.head(0))
    assert make(asset, place, "2024-01-02").success
    assert make(asset_of(TABLE), place, "2024-01-03").success  # texts fit in, though the first day had none
    pd.testing.assert_frame_equal(read(place, asset, "2024-01-02"), TABLE.head(0))


def test_columns_in_another_order_are_the_same_columns(tmp_path: Path) -> None:
    place = DuckDbTables(database=str(tmp_path / "lake.duckdb"))
    assert make(asset_of(TABLE), place, "2024-01-02").success
    other = asset_of(TABLE[list(reversed(TABLE.columns))])
    assert make(other, place, "2024-01-03").success
    pd.testing.assert_frame_equal(read(place, other, "2024-01-03"), TABLE)


def test_a_week_reads_its_seven_days_in_order(tmp_path: Path) -> None:
    place = DuckDbTables(database=str(tmp_path / "lake.duckdb"))
    for number in (8, 3, 1, 2, 7, 6, 5, 4):
        day = f"2024-01-{number:02}"
        assert make(asset_of(pd.DataFrame({"day": [day]})), place, day).success
    found = dg.materialize(
        [asset_of(TABLE), week], selection=[week], partition_key="2024-01-01", resources={"io_manager": place}
    )
    assert found.output_for_node("shop__week")["day"].tolist() == [f"2024-01-{day:02}" for day in range(1, 8)]


@pytest.fixture(params=[DuckDbTables, ParquetFiles])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param is DuckDbTables:
        return DuckDbTables(database=str(tmp_path / "lake.duckdb"))
    return ParquetFiles(base=str(tmp_path))


ONE_RUN: dict[str, Any] = {"backfill_policy": dg.BackfillPolicy.single_run()}


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(TABLE["at"], id="in UTC"),
        pytest.param(TABLE["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"), id="texts"),
        pytest.param(
            TABLE["at"].dt.tz_convert("Europe/Berlin").dt.tz_localize(None), id="on the clock there"
        ),
        pytest.param(
            TABLE["at"].dt.tz_convert("Europe/Berlin").dt.strftime("%Y-%m-%d %H:%M:%S"), id="texts of that"
        ),
    ],
)
def test_rows_go_to_the_day_of_the_partitions_own_zone(place: Any, at: "pd.Series[Any]") -> None:
    asset = asset_of(TABLE.assign(at=at), **ONE_RUN)
    assert make(asset, place, "2024-01-01", "2024-01-02", "2024-01-03").success
    found = [read(place, asset, f"2024-01-0{day}")["plain"].tolist() for day in (1, 2, 3)]
    assert found == [[None], ["x"], []]


@pytest.mark.parametrize(
    ("table", "why"),
    [
        pytest.param(
            TABLE.assign(at=pd.to_datetime(["", ""])),
            "2 of 2 rows are of none of the 2 partitions",
            id="no time",
        ),
        pytest.param(TABLE.assign(at="soon"), "2 of 2 rows are of none", id="no date"),
        pytest.param(TABLE.drop(columns="at"), "it has no column 'at'", id="no column"),
    ],
)
def test_rows_that_no_partition_has_fail_the_step(place: Any, table: pd.DataFrame, why: str) -> None:
    done = make(asset_of(table, **ONE_RUN), place, "2024-01-01", "2024-01-02")
    (failed,) = [event for event in done.all_events if event.is_step_failure]
    assert why in str(failed.step_failure_data)
