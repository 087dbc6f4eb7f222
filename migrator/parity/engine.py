"""An embedded DuckDB for one comparison: it spills to disk, knows no time zone but UTC, and rounds nothing.

DuckDB folds the case of column names, so columns get names by position: c0, c1, ... Types that Ibis does not know,
or that say the same in two ways, are read as others that hold the same values.
"""

import contextlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrator.parity.verdict import How

PLAIN = {
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "FLOAT", "DOUBLE", "DECIMAL", "VARCHAR", "BLOB", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS",
    "TIMESTAMP_S", "UUID", "STRUCT", "MAP",
}  # fmt: skip
INSTEAD = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMP", "TIMESTAMPTZ_NS": "TIMESTAMP_NS"}
NOTHING = re.compile(r'"NULL"(?=[],)[]|$)')  # as a type; the name of a field has its type behind it
QUOTED = re.compile(r'"(?:[^"]|"")*"')  # names of the fields of a struct


@dataclass(frozen=True)
class Engine:
    """`con`: Ibis on DuckDB; `folder`: for files that live as long as the comparison."""

    con: Any
    folder: Path

    def sql(self, text: str) -> Any:
        """Runs a statement; the cursor has its rows."""
        return self.con.raw_sql(text)

    def view(self, name: str, source: str, width: int) -> Any:
        """What a table function reads, as a view with columns c0, c1, ..."""
        columns = ", ".join(f"c{i}" for i in range(width))
        read = f"{source} AS t({columns})"
        types = [str(row[1]) for row in self.sql(f"DESCRIBE SELECT {columns} FROM {read}").fetchall()]
        shown = ", ".join(f"{_exact(f'c{i}', kind)} AS c{i}" for i, kind in enumerate(types))
        self.sql(f"CREATE OR REPLACE VIEW {name} AS SELECT {shown} FROM {read}")
        return self.con.table(name)


@contextlib.contextmanager
def engine(how: How) -> Iterator[Engine]:
    """One that is gone afterwards, with all that it wrote."""
    import ibis  # type: ignore[import-untyped]  # it has no types

    with tempfile.TemporaryDirectory(prefix="migrate-compare-") as place:
        con = ibis.duckdb.connect()
        try:
            found = Engine(con, Path(place))
            for setting, value in _settings(how, Path(place)).items():
                found.sql(f"SET {setting} = {value}")
            yield found
        finally:
            con.disconnect()


def _settings(how: How, place: Path) -> dict[str, str]:
    return {
        "enable_progress_bar": "false",
        "TimeZone": "'UTC'",
        "memory_limit": quoted(how.memory),
        "temp_directory": quoted(str(place / "spilled")),
        "disabled_optimizers": "'statistics_propagation'",  # those of Parquet know no NaN, so that isnan() is folded
        "preserve_insertion_order": str(how.ordered).lower(),
    }


def errors() -> tuple[type[Exception], ...]:
    """What is raised for data that cannot be read, or is beyond the engine."""
    import duckdb
    import pyarrow as pa
    from ibis.common.exceptions import IbisError  # type: ignore[import-untyped]  # it has no types

    return (OSError, pa.ArrowException, duckdb.Error, IbisError)


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def _exact(column: str, kind: str) -> str:
    """The column as it is, or as a type that holds all its values and that Ibis knows."""
    if kind in INSTEAD:
        return f"{column}::{INSTEAD[kind]}"
    if kind == '"NULL"':  # a column that holds nothing
        return f"{column}::VARCHAR"
    if NOTHING.search(kind):  # a list of nothing but nulls, or a field of them
        return f"{column}::{NOTHING.sub('VARCHAR', kind)}"
    words = set(re.findall(r"[A-Z_]+(?: WITH TIME ZONE)?", QUOTED.sub("", kind)))
    fields = {"STRUCT", "MAP"} & words
    return column if words <= PLAIN or (fields and not _foreign(kind)) else f"{column}::VARCHAR"


def _foreign(kind: str) -> bool:
    """Whether a struct or a map holds a type that Ibis does not know; names of fields may look like types."""
    return bool(
        re.search(r"\b(?:TIME_NS|TIMESTAMPTZ_NS|WITH TIME ZONE|NULL|INTERVAL|ENUM|BIT|UNION)\b", kind)
    )
