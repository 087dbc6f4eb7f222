"""Parquet and CSV files as Ibis tables on an embedded DuckDB, without loss.

DuckDB folds the case of column names and knows some Arrow types only by approximation; so columns get names
by position, and such types are turned into exact ones first. The dtypes that are compared are those of the
file.
"""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrator.parity import table
from migrator.parity.verdict import NOT_COMPARABLE, How, Outcome

if TYPE_CHECKING:
    import pyarrow as pa


def compare_frames(left: Path, right: Path, how: How) -> Outcome:
    """Two frames that a library kept as Parquet: its own dtypes count."""
    return _guarded(left, right, how, partial(parquet, own_dtypes=True))


def compare_parquet(left: Path, right: Path, how: How) -> Outcome:
    """Two Parquet files that tasks wrote: which library wrote them does not matter."""
    return _guarded(left, right, how, partial(parquet, own_dtypes=False))


def compare_csv(left: Path, right: Path, how: How) -> Outcome | None:
    """Two CSV files, all columns as text, so that 1.0 is not 1. None when either is not a regular table."""
    import duckdb

    try:
        return _compare(left, right, how, csv)
    except duckdb.Error:
        return None


def _guarded(left: Path, right: Path, how: How, load: Any) -> Outcome:
    """What the engine cannot read or compare is not comparable."""
    import duckdb
    import pyarrow as pa
    from ibis.common.exceptions import IbisError  # type: ignore[import-untyped]  # it has no types

    try:
        return _compare(left, right, how, load)
    except (OSError, pa.ArrowException, duckdb.Error, IbisError) as error:
        return Outcome(NOT_COMPARABLE, f"cannot be compared as tables: {error}")


def _compare(left: Path, right: Path, how: How, load: Any) -> Outcome:
    import ibis  # type: ignore[import-untyped]  # it has no types

    con = ibis.duckdb.connect()
    con.raw_sql("SET enable_progress_bar = false")
    try:
        return table.compare(load(con, left, "one"), load(con, right, "two"), how)
    finally:
        con.disconnect()


def parquet(con: Any, path: Path, name: str, *, own_dtypes: bool) -> table.Side:
    """A Parquet file; streamed by DuckDB unless a column has a type that DuckDB would round."""
    import ibis
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    if any(_exact_type(kind) is not None for kind in schema.types):
        read = ibis.memtable(_exact(pq.read_table(path)))
    else:
        read = con.read_parquet(path.as_posix(), table_name=name)
    return table.Side(_by_position(read), dict(zip(schema.names, dtypes(schema, own_dtypes), strict=True)))


def _by_position(read: Any) -> Any:
    return read.rename({f"c{i}": column for i, column in enumerate(read.columns)})


def csv(con: Any, path: Path, name: str) -> table.Side:
    """A CSV file with a header; an empty field is no value, quoted or not."""
    read = con.read_csv(
        path.as_posix(),
        table_name=name,
        all_varchar=True,
        header=True,
        delim=",",
        quote='"',
        escape='"',
        comment="",
        skip=0,
        sample_size=-1,
    )
    return table.Side(_by_position(read), dict.fromkeys(_header(path), "text"))


def _header(path: Path) -> list[str]:
    """The names as they are written: DuckDB gives `id` beside `Id` a suffix. Repeated ones get a number."""
    import csv as reader

    with path.open(encoding="utf-8", newline="") as lines:
        names = next(reader.reader(lines), ["column0"])
    return [n if n not in names[:i] else f"{n} ({i})" for i, n in enumerate(names)]


def dtypes(schema: "pa.Schema", own: bool) -> list[str]:
    """Each column's type; with `own`, pandas' name before Arrow's where the two are not one to one."""
    kept = (schema.metadata or {}).get(b"pandas") if own else None
    columns = json.loads(kept)["columns"] if kept else []
    pandas = {c["field_name"]: c["numpy_type"] for c in columns if c["pandas_type"] != "categorical"}
    return [_dtype(str(field.type), pandas.get(field.name)) for field in schema]


def _dtype(arrow: str, pandas: str | None) -> str:
    arrow = arrow.replace("large_", "")  # how long the offsets are is not a matter of type
    same = pandas is None or pandas == {"double": "float64", "float": "float32"}.get(arrow, arrow)
    return arrow if same else f"{pandas} of {arrow}"


def _exact(read: "pa.Table") -> "pa.Table":
    """The table in types that DuckDB keeps to the last digit."""
    import pyarrow as pa

    fields = [pa.field(f"c{i}", _exact_type(kind) or kind) for i, kind in enumerate(read.schema.types)]
    columns = [column.cast(field.type) for column, field in zip(read.columns, fields, strict=True)]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _exact_type(kind: "pa.DataType") -> "pa.DataType | None":
    """What to read instead of a type that DuckDB rounds or Ibis does not know, or None to leave it."""
    import pyarrow as pa

    rows = [
        (pa.types.is_null, pa.string()),
        (pa.types.is_decimal256, pa.string()),
        (pa.types.is_duration, pa.int64()),
        (pa.types.is_time64, pa.int64()),
        (pa.types.is_dictionary, getattr(kind, "value_type", None)),
        (lambda k: pa.types.is_timestamp(k) and k.tz is not None, pa.timestamp(getattr(kind, "unit", "ns"))),
    ]
    return next((exact for test, exact in rows if test(kind)), None)
