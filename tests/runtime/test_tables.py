"""Assets whose values are files: real Dagster, a folder and a store in memory, days and days by region."""

from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from upath import UPath

from migrator.runtime.tables import CsvFiles, ParquetFiles, TableFiles

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-31")
WEEKS = dg.WeeklyPartitionsDefinition("2024-01-01", end_date="2024-01-31", day_offset=1)
REGIONS = dg.MultiPartitionsDefinition({"date": DAYS, "region": dg.StaticPartitionsDefinition(["eu", "us"])})
KINDS = [pytest.param(ParquetFiles, id="parquet"), pytest.param(CsvFiles, id="csv")]


@dg.asset(partitions_def=DAYS, key_prefix="shop")
def orders(context: dg.AssetExecutionContext) -> Any:
    return pd.DataFrame({"day": [context.partition_key], "amount": [1.5]})


@dg.asset(partitions_def=WEEKS)
def week(orders: pd.DataFrame) -> Any:
    return orders.groupby("amount", as_index=False).agg(days=("day", "nunique"))


def make(files: TableFiles, *assets: Any, key: str | None = None, instance: Any = None) -> Any:
    return dg.materialize(
        [*assets], resources={"io_manager": files}, partition_key=key, instance=instance, raise_on_error=False
    )


def failure(found: dg.ExecuteInProcessResult) -> str:
    """What the step that failed says."""
    (failed,) = [e for e in found.all_events if e.is_step_failure]
    return str(failed.step_failure_data)


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("kind", KINDS)
def test_each_day_is_a_file_and_a_week_reads_all_seven(kind: type[TableFiles], tmp_path: Path) -> None:
    files, end = kind(base=str(tmp_path)), kind.extension
    days = [f"2024-01-{day:02}" for day in range(1, 9)]
    with dg.DagsterInstance.ephemeral() as instance:
        for day in days:
            assert make(files, orders, key=day, instance=instance).success
        found = dg.materialize(
            [orders, week], selection=[week], partition_key="2024-01-01", resources={"io_manager": files}
        )
    assert found.output_for_node("week")["days"].tolist() == [7]
    assert names(tmp_path) == [*(f"shop/orders/{day}{end}" for day in days), f"week/2024-01-01{end}"]


@pytest.mark.parametrize("kind", KINDS)
def test_two_dimensions_are_folders(kind: type[TableFiles], tmp_path: Path) -> None:
    @dg.asset(partitions_def=REGIONS)
    def sales() -> Any:
        return pd.DataFrame({"n": [1]})

    key = dg.MultiPartitionKey({"date": "2024-01-03", "region": "eu"})
    assert make(kind(base=str(tmp_path)), sales, key=key).success
    assert names(tmp_path) == [f"sales/2024-01-03/eu{kind.extension}"]


def test_metadata_tells_rows_columns_and_the_first_rows(tmp_path: Path) -> None:
    found = make(ParquetFiles(base=str(tmp_path)), orders, key="2024-01-03")
    told = found.asset_materializations_for_node("shop__orders")[0].metadata
    assert told["dagster/row_count"].value == 1
    assert [c.name for c in told["dagster/column_schema"].value.columns] == ["day", "amount"]
    assert "| 2024-01-03 | 1.5 |" in str(told["preview"].value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [None, {"n": 1}, [1, 2], (1,), "text"], ids=repr)
def test_what_is_no_table_is_pickled_and_read_back(
    kind: type[TableFiles], value: object, tmp_path: Path
) -> None:
    @dg.asset
    def left() -> Any:
        return value

    @dg.asset
    def read(left: Any) -> Any:
        assert left == value and type(left) is type(value)

    assert make(kind(base=str(tmp_path)), left, read).success
    assert f"left{kind.extension}.pickle" in names(tmp_path)


def test_a_table_replaces_what_was_none_before(tmp_path: Path) -> None:
    values: list[Any] = [{"n": 1}, pd.DataFrame({"n": [2]}), {"n": 3}]

    @dg.asset
    def left() -> Any:
        return values.pop(0)

    files = ParquetFiles(base=str(tmp_path))
    seen = []
    for _ in range(3):
        assert make(files, left).success
        seen.append(names(tmp_path))
    assert seen == [["left.parquet.pickle"], ["left.parquet"], ["left.parquet.pickle"]]


def test_a_table_that_the_file_cannot_hold_fails_and_the_old_one_stays(tmp_path: Path) -> None:
    values: list[Any] = [pd.DataFrame({"n": [1]}), pd.DataFrame({"n": [1, "two", object()]})]

    @dg.asset
    def left() -> Any:
        return values.pop(0)

    files = ParquetFiles(base=str(tmp_path))
    assert make(files, left).success
    found = make(files, left)
    assert "left cannot be kept as .parquet" in failure(found)
    assert names(tmp_path) == ["left.parquet"]
    assert pd.read_parquet(tmp_path / "left.parquet")["n"].tolist() == [1]


def test_a_day_that_was_never_made_is_an_error(tmp_path: Path) -> None:
    found = dg.materialize(
        [orders, week],
        selection=[week],
        partition_key="2024-01-01",
        resources={"io_manager": ParquetFiles(base=str(tmp_path))},
        raise_on_error=False,
    )
    assert not found.success and "2024-01-01.parquet" in failure(found)


def test_a_store_with_a_uri_holds_the_same_files() -> None:
    base = "memory://lake/tables"
    assert make(ParquetFiles(base=base), orders, key="2024-01-03").success
    data = UPath(base) / "shop" / "orders" / "2024-01-03.parquet"
    assert data.exists() and not [p for p in data.parent.iterdir() if "part" in p.name.split(".")]


def test_a_base_that_is_empty_is_told(tmp_path: Path) -> None:
    found = make(ParquetFiles(base=""), orders, key="2024-01-03")
    assert not found.success and "`base` is empty" in failure(found)
