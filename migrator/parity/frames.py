"""Parquet and CSV files as tables of an embedded DuckDB, without loss and without loading them as a whole.

The dtypes that are compared are those of the file; the types in which its values are read are the engine's matter.
"""

import contextlib
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrator.parity import pandas_own, table
from migrator.parity.engine import Engine, engine, errors, quoted
from migrator.parity.verdict import NOT_COMPARABLE, How, Outcome

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 100_000  # rows of a file that is written anew, at a time


def compare_frames(left: Path, right: Path, how: How) -> Outcome:
    """Two frames that a library kept as Parquet: its own dtypes count."""
    return guarded(left, right, how, partial(parquet, own_dtypes=True))


def compare_parquet(left: Path, right: Path, how: How) -> Outcome:
    """Two Parquet files that tasks wrote: which library wrote them does not matter."""
    return guarded(left, right, how, partial(parquet, own_dtypes=False))


def compare_csv(left: Path, right: Path, how: How) -> Outcome | None:
    """Two CSV files, all columns as text, so that 1.0 is not 1. None when either is no regular table in UTF-8."""
    import duckdb

    try:
        return _compare(left, right, how, csv)
    except duckdb.OutOfMemoryException as error:
        return Outcome(NOT_COMPARABLE, f"more memory is needed: {error}")
    except (duckdb.Error, UnicodeDecodeError):
        return None


def guarded(left: Any, right: Any, how: How, load: Any) -> Outcome:
    """What the engine cannot read or compare is not comparable."""
    try:
        return _compare(left, right, how, load)
    except errors() as error:
        return Outcome(NOT_COMPARABLE, f"cannot be compared as tables: {error}")


def _compare(left: Any, right: Any, how: How, load: Any) -> Outcome:
    with engine(how) as place:
        return table.compare(load(place, left, "one"), load(place, right, "two"), how)


def parquet(place: Engine, path: Path, name: str, *, own_dtypes: bool) -> table.Side:
    """One Parquet file."""
    return parquets(place, [path], name, own_dtypes=own_dtypes)


def parquets(place: Engine, paths: Sequence[Path], name: str, *, own_dtypes: bool = False) -> table.Side:
    """Parquet files with one schema, as one table. Raises ArrowInvalid where a schema is another one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, first = pq.read_schema(paths[0]), paths[0]
    for path in paths[1:]:
        if not (other := pq.read_schema(path)).equals(schema):
            raise pa.ArrowInvalid(f"{path} has another schema than {paths[0]}: {_change(schema, other)}")
    if any(_exact_type(kind) is not None for kind in schema.types):
        paths = [_rewritten(path, place.folder / f"{name}-{i}.parquet") for i, path in enumerate(paths)]
    read = _viewed(place, paths, name, len(schema.names))
    types = dict(zip(unique(schema.names), dtypes(schema, own_dtypes), strict=True))
    return table.Side(read, types, pandas_own.about(schema, first) if own_dtypes else {})


def _viewed(place: Engine, paths: Sequence[Path], name: str, width: int) -> Any:
    """The files as a view. DuckDB reads none without columns, such as those of an empty frame; its rows are counted."""
    import pyarrow.parquet as pq

    if not width:
        return place.view(name, f"range({sum(pq.read_metadata(path).num_rows for path in paths)})", 1)
    files = ", ".join(quoted(path.as_posix()) for path in paths)
    return place.view(name, f"read_parquet([{files}], hive_partitioning = false)", width)


def _change(one: "pa.Schema", two: "pa.Schema") -> str:
    fields = [{f"{field.name} {field.type}" for field in schema} for schema in (one, two)]
    return ", ".join(sorted(fields[0] ^ fields[1])) or "another order of columns"


def csv(place: Engine, path: Path, name: str) -> table.Side:
    """One CSV file."""
    return csvs(place, [path], name)


def csvs(place: Engine, paths: Sequence[Path], name: str) -> table.Side:
    """CSV files with one header, as one table; an empty field is no value, quoted or not."""
    import pyarrow as pa

    header = unique(_header(paths[0]))
    if odd := [path for path in paths[1:] if unique(_header(path)) != header]:
        raise pa.ArrowInvalid(f"{odd[0]} has another header than {paths[0]}")
    files = ", ".join(quoted(path.as_posix()) for path in paths)
    options = (
        "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0"
    )
    source = f"read_csv([{files}], {options}, sample_size = -1, hive_partitioning = false)"
    return table.Side(place.view(name, source, len(header)), dict.fromkeys(header, "text"))


def _header(path: Path) -> list[str]:
    """The names as they are written: DuckDB gives `id` beside `Id` a suffix."""
    import csv as reader

    with path.open(encoding="utf-8", newline="") as lines:
        return next(reader.reader(lines), ["column0"])


def unique(names: Sequence[str]) -> list[str]:
    """The names; those that come again get a number."""
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


def _rewritten(path: Path, to: Path) -> Path:
    """The file in types that DuckDB keeps to the last digit, written a part at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with contextlib.closing(pq.ParquetFile(path)) as file:
        old = file.schema_arrow
        fields = [pa.field(f"c{i}", _exact_type(kind) or kind) for i, kind in enumerate(old.types)]
        schema = pa.schema(fields)
        with pq.ParquetWriter(to, schema) as writer:
            for batch in file.iter_batches(BATCH):
                columns = [c.cast(field.type) for c, field in zip(batch.columns, fields, strict=True)]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
    return to


def _exact_type(kind: "pa.DataType") -> "pa.DataType | None":
    """What to read instead of a type that DuckDB rounds: decimals of more than 38 digits, as text."""
    import pyarrow as pa

    if pa.types.is_decimal256(kind):
        return pa.string()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner = _exact_type(kind.value_type)
        return pa.list_(inner) if inner is not None else None
    return None
