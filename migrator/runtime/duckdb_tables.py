"""Tables in a DuckDB file: one for each asset, in a schema that is called like the first part of its key.

    DuckDbTables(database="/data/lake.duckdb")

A table has one column more than its asset, `partition_start`, by which a partition is replaced and read. Where an
asset has partitions, its metadata says so: `partition_expr: partition_start`. A step that reads several partitions
gets their rows in one table, in the order of time. One process writes at a time; others wait for it.
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg
import pandas as pd
from dagster_duckdb.io_manager import DuckDbClient
from dagster_duckdb_pandas import DuckDBPandasIOManager, DuckDBPandasTypeHandler

from .partition_rows import rows_by_partition

START = "partition_start"
COMMENTS = "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = ? AND table_name = ?"
UTC = "SET TimeZone = 'UTC'"


class _Partitioned(DuckDBPandasTypeHandler):
    """Writes and reads the column of partitions, also of tables without a row."""

    def handle_output(
        self, context: dg.OutputContext, table_slice: Any, obj: pd.DataFrame, connection: Any
    ) -> None:
        """Insert the rows; Dagster has deleted those that were there."""
        given = _marked(context, obj) if table_slice.partition_dimensions else obj
        if given.empty:  # DuckDB tells types by values, and would take texts for numbers
            texts = [name for name, kind in given.dtypes.items() if pd.api.types.is_object_dtype(kind)]
            given = given.astype(dict.fromkeys(texts, "string"))
        name = f"{table_slice.schema}.{table_slice.table}"
        connection.execute(UTC)
        connection.register("given", given)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM given LIMIT 0")
        connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM given")
        connection.unregister("given")
        for column, kind in obj.dtypes.items():  # DuckDB has fewer types than pandas
            named = '"' + str(column).replace('"', '""') + '"'
            connection.execute(f"COMMENT ON COLUMN {name}.{named} IS '{kind}'")
        columns = [dg.TableColumn(str(name), str(kind)) for name, kind in obj.dtypes.items()]
        kept = "dagster/partition_row_count" if context.has_partition_key else "dagster/row_count"
        context.add_output_metadata({kept: len(obj), "dagster/column_schema": dg.TableSchema(columns)})

    def load_input(self, context: dg.InputContext, table_slice: Any, connection: Any) -> pd.DataFrame:
        """Without the column of partitions."""
        connection.execute(UTC)
        if not table_slice.partition_dimensions:
            found = connection.execute(DuckDbClient.get_select_statement(table_slice)).fetchdf()
            return _as_it_was(context, found, table_slice, connection)
        if not context.asset_partition_keys:
            return pd.DataFrame()
        select = DuckDbClient.get_select_statement(table_slice)
        found = connection.execute(f"{select} ORDER BY {START}, rowid").fetchdf()
        return _as_it_was(context, found.drop(columns=START), table_slice, connection)


class DuckDbTables(DuckDBPandasIOManager):
    """`database`: the path of the file, which must not be called like one of its schemas."""

    @staticmethod
    def type_handlers() -> Sequence[Any]:
        """What it can keep: tables of pandas."""
        return [_Partitioned()]


def _as_it_was(
    context: dg.InputContext, found: pd.DataFrame, table_slice: Any, connection: Any
) -> pd.DataFrame:
    """With the types that its columns had in pandas, as the comments of the table say."""
    place = [table_slice.schema, table_slice.table]
    for column, kind in connection.execute(COMMENTS, place).fetchall():
        if column in found and kind not in (None, "object", str(found[column].dtype)):
            try:
                found[column] = found[column].astype(kind)
            except (TypeError, ValueError) as error:  # another partition has values that this type has not
                context.log.warning(f"{column} is no {kind} any more: {error}")
    return found


def _marked(context: dg.OutputContext, table: pd.DataFrame) -> pd.DataFrame:
    """With the start of its partition in each row, as Dagster writes it: on the clock of the partitions."""
    windows = context.asset_partitions_def
    parts = []
    for key, part in rows_by_partition(context, table).items():
        start = windows.time_window_for_partition_key(key).start.replace(tzinfo=None)  # type: ignore[attr-defined]
        parts.append(part.assign(**{START: pd.Series(start, index=part.index, dtype="datetime64[us]")}))
    return pd.concat(parts, ignore_index=True)
