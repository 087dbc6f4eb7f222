"""Tables and queries of PostgreSQL: compared where they are, and only what differs is read.

Rows are put into segments by a hash of their key. Each side sums two 64-bit hashes over the rows of a segment; of
the segments whose sums or counts differ, the rows are copied out, and compared as any other table is. Each server
does its own sums, so that the tables may live in two databases as well as in one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from migrator.errors import UsageError
from migrator.parity import table
from migrator.parity.engine import Engine, engine, quoted
from migrator.parity.verdict import How, Outcome
from migrator.record import dataclass

ROWS = 200  # of a segment, on average
MOST = 1 << 16  # segments
LONGEST = 1 << 26  # bytes of a row
NOTHING = r"\N"

# How values are written does not depend on the server's configuration.
SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "extra_float_digits": "3",
    "bytea_output": "hex",
    "IntervalStyle": "iso_8601",
}

# The type of DuckDB in which a type is read; all others are read as text.
READ = {
    "smallint": "SMALLINT", "integer": "INTEGER", "bigint": "BIGINT", "real": "FLOAT", "double precision": "DOUBLE",
    "boolean": "BOOLEAN", "date": "DATE", "timestamp without time zone": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMP",
}  # fmt: skip


@dataclass(frozen=True)
class Relation:
    """A table or a query on a connection of its own, with its columns and their types."""

    connection: Any
    source: str
    types: dict[str, str]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def hashed(self, columns: Sequence[str], seed: int) -> str:
        """A hash over some columns, with the limits of each value."""
        return f"hashtextextended(ROW({', '.join(map(name, columns))})::text, {seed})"


def name(column: str) -> str:
    """A name in SQL."""
    return '"' + column.replace('"', '""') + '"'


@contextmanager
def relation(url: str, source: str) -> Iterator[Relation]:
    """Opened for reading alone, on one state of the data. Raises UsageError where it cannot be."""
    try:
        import psycopg2
    except ModuleNotFoundError as error:
        raise UsageError("PostgreSQL needs psycopg2: pip install psycopg2-binary") from error
    try:
        connection = psycopg2.connect(
            url.replace("postgresql+psycopg2:", "postgresql:").replace("+psycopg:", ":")
        )
    except psycopg2.Error as error:
        raise UsageError(f"PostgreSQL cannot be reached: {str(error).strip()}") from error
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            for setting, value in SETTINGS.items():
                cursor.execute(f"SET {setting} = {quoted(value)}")
            yield Relation(connection, source, _types(cursor, source))
    except psycopg2.Error as error:
        raise UsageError(f"PostgreSQL: {str(error).strip()}") from error
    finally:
        connection.close()


def _types(cursor: Any, source: str) -> dict[str, str]:
    cursor.execute(f"SELECT * FROM {source} LIMIT 0")
    columns = [
        (column.name, column.type_code, column.precision, column.scale) for column in cursor.description
    ]
    found = {}
    for column, code, precision, scale in columns:
        cursor.execute("SELECT format_type(%s, NULL)", (code,))
        kind = str(cursor.fetchone()[0])
        sized = kind == "numeric" and precision and precision <= 1000
        found[column] = f"numeric({precision},{scale})" if sized else kind
    return found


def side(place: Engine, url: str, source: str, label: str) -> table.Side:
    """The whole of it, as a table of the engine."""
    with relation(url, source) as whole:
        return _copied(place, whole, label, "true")


def compare(left: tuple[str, str], right: tuple[str, str], how: How) -> Outcome:
    """Two of them, each an address and what stands behind FROM, by their segments."""
    with relation(*left) as one, relation(*right) as two, engine(how) as place:
        if not _shared(one, two, how) or how.ordered:  # nothing to sum, or an order that sums do not have
            return _read_both(place, one, two, how, ("true", "true"))
        how = how if how.key else replace(how, key=_primary(one, two, how))
        wrong, (first, second), equal = differing(one, two, how)
        wanted = f"= ANY(ARRAY[{', '.join(map(str, wrong))}]::bigint[])" if wrong else "IS NULL"
        return _read_both(place, one, two, how, (f"{first} {wanted}", f"{second} {wanted}"), elsewhere=equal)


def differing(one: Relation, two: Relation, how: How) -> tuple[list[int], tuple[str, str], int]:
    """The segments that differ, how each side says which segment a row is in, and how many rows the others have."""
    shared = _shared(one, two, how)
    key = [c for c in how.key if c in shared] or list(shared)
    count = _how_many(one, two)
    segments = _segment(one, key, count), _segment(two, [shared[c] for c in key], count)
    left, right = _sums(one, list(shared), segments[0]), _sums(two, list(shared.values()), segments[1])
    wrong = sorted(s for s in left.keys() | right.keys() if left.get(s) != right.get(s))
    equal = sum(int(found[0]) for segment, found in left.items() if right.get(segment) == found)
    return wrong, segments, equal


def _shared(one: Relation, two: Relation, how: How) -> dict[str, str]:
    """The columns that both have, each with its name on the right side."""
    back = {new: old for old, new in how.rename.items() if old not in two.types and new in two.types}
    theirs = {back.get(column, column): column for column in two.types}
    return {c: theirs[c] for c in one.types if c in theirs and c not in how.ignore_columns}


def _read_both(
    place: Engine, one: Relation, two: Relation, how: How, where: tuple[str, str], elsewhere: int = 0
) -> Outcome:
    left, right = (
        _copied(place, each, label, condition)
        for each, label, condition in zip((one, two), ("one", "two"), where, strict=True)
    )
    return table.compare(left, right, how, elsewhere=elsewhere)


def _how_many(one: Relation, two: Relation) -> int:
    """Segments, by the larger side."""
    rows = max(int(each.rows(f"SELECT count(*) FROM {each.source}")[0][0]) for each in (one, two))
    return max(1, min(rows // ROWS, MOST))


def _segment(each: Relation, key: Sequence[str], count: int) -> str:
    return f"(({each.hashed(key, 7)} % {count} + {count}) % {count})"


def _sums(each: Relation, columns: Sequence[str], segment: str) -> dict[int, tuple[Any, ...]]:
    """By segment: how many rows, and the sums of their hashes."""
    hashes = f"sum({each.hashed(columns, 1)}), sum({each.hashed(columns, 2)})"
    rows = each.rows(f"SELECT {segment}, count(*), {hashes} FROM {each.source} GROUP BY 1")
    return {int(row[0]): tuple(row[1:]) for row in rows}


def _primary(one: Relation, two: Relation, how: How) -> tuple[str, ...]:
    """The primary key, where the left side is a table that has one and both sides have its columns."""
    if one.source.startswith("("):
        return ()
    sql = (
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
        f"WHERE i.indisprimary AND i.indrelid = to_regclass({quoted(one.source)})"
    )
    found = tuple(str(row[0]) for row in one.rows(sql))
    return found if set(found) <= _shared(one, two, how).keys() else ()


def _copied(place: Engine, each: Relation, label: str, where: str) -> table.Side:
    """The rows that are asked for, through a file that PostgreSQL writes without rounding anything."""
    to = place.folder / f"{label}.csv"
    copy = f"COPY (SELECT * FROM {each.source} WHERE {where}) TO STDOUT"
    with to.open("wb") as file, each.connection.cursor() as cursor:
        cursor.copy_expert(f"{copy} (FORMAT csv, NULL {quoted(NOTHING)}, FORCE_QUOTE *)", file)
    return table.Side(_read(place, to, list(each.types.values()), label), each.types)


def _read(place: Engine, path: Path, types: Sequence[str], label: str) -> Any:
    names = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(types)))
    options = "header = false, delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0, auto_detect = false"
    nulls = f"nullstr = {quoted(NOTHING)}, allow_quoted_nulls = false, max_line_size = {LONGEST}"
    read = f"read_csv({quoted(path.as_posix())}, {options}, {nulls}, columns = {{{names}}})"
    shown = ", ".join(_cast(f"c{i}", kind) for i, kind in enumerate(types))
    place.sql(f"CREATE OR REPLACE VIEW {label}_text AS SELECT {shown} FROM {read}")
    return place.view(label, f"{label}_text", len(types))


def _cast(column: str, kind: str) -> str:
    if kind == "timestamp with time zone":
        return f"{column}::TIMESTAMPTZ::TIMESTAMP AS {column}"
    sized = kind.startswith("numeric(") and int(kind[8:].partition(",")[0]) <= 38 and "-" not in kind
    instead = kind.replace("numeric", "DECIMAL") if sized else READ.get(kind)
    return f"{column}::{instead} AS {column}" if instead else column
