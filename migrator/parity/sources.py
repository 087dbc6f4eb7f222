"""What `migrate compare A B` can be given: a file, a glob, a folder, a table or a query of a database, a run record.

orders.parquet   orders.csv   out.json     a file, compared as what its suffix says
'out/*.parquet'                            all files that match, as one table
out/                                       a folder: file by file, by their names in it
duckdb:///lake.duckdb#main.orders          a table
postgresql://host/db?query=SELECT ...      a query
runs/2024-01-03/                           a run record: a folder with record.json
"""

import glob
from collections.abc import Sequence
from pathlib import Path

from migrator.errors import UsageError
from migrator.parity import files, frames, postgres, table
from migrator.parity.engine import Engine, engine, errors, quoted
from migrator.parity.verdict import EXTRA, MISSING, NOT_COMPARABLE, How, Outcome
from migrator.record import dataclass

TABLES = (".parquet", ".csv")


@dataclass(frozen=True)
class Files:
    """Files of one kind that make one table."""

    said: str
    paths: Sequence[Path]

    @property
    def suffix(self) -> str:
        """In small letters."""
        return self.paths[0].suffix.lower()


@dataclass(frozen=True)
class Folder:
    """Files that are compared one by one."""

    path: Path

    def names(self) -> set[str]:
        """Of all files below it, with their folders; what begins with a dot or an underscore is bookkeeping."""
        found = (path.relative_to(self.path) for path in self.path.rglob("*") if path.is_file())
        return {path.as_posix() for path in found if not any(part[0] in "._" for part in path.parts)}


@dataclass(frozen=True)
class Query:
    """A table or a query of a database."""

    url: str
    sql: str  # of a query
    name: str = ""  # of a table

    @property
    def source(self) -> str:
        """What stands behind FROM."""
        return f"({self.sql}) AS q" if self.sql else self.name


Source = Files | Folder | Query


def read(text: str) -> Source:
    """What a word of the command line means. Raises UsageError where there is no such thing."""
    if "://" in text:
        return _query(text)
    path = Path(text)
    if path.is_dir():
        return Folder(path)
    if path.is_file():
        return Files(text, [path])
    found = sorted(Path(name) for name in glob.glob(text, recursive=True) if Path(name).is_file())
    if not found:
        raise UsageError(f"{text}: no such file or folder")
    if len({path.suffix.lower() for path in found}) > 1 or found[0].suffix.lower() not in TABLES:
        raise UsageError(f"{text}: files of a glob are one table, so all are .parquet or all are .csv")
    return Files(text, found)


def _query(text: str) -> Query:
    url, there, sql = text.partition("?query=")
    if there and sql:
        return Query(url, sql.rstrip("; \n"))
    url, _, name = text.partition("#")
    if not name:
        raise UsageError("an address of a database ends with #table or ?query=SELECT ...")
    if not url.startswith(("duckdb:", "postgresql")):
        raise UsageError(
            f"{url.partition(':')[0]}: only duckdb and postgresql can be read in place; export to Parquet"
        )
    return Query(url, "", name)


def compare(left: Source, right: Source, how: How) -> list[tuple[str, Outcome]]:
    """The outcomes by name: one, or one for each file of two folders."""
    if isinstance(left, Folder) and isinstance(right, Folder):
        return _folders(left, right, how)
    if isinstance(left, Folder) or isinstance(right, Folder):
        raise UsageError("a folder is compared with a folder; a glob in quotes makes one table of its files")
    if isinstance(left, Files) and isinstance(right, Files) and _plain(left, right):
        return [("", files.compare(left.paths[0], right.paths[0], how))]
    try:
        if isinstance(left, Query) and isinstance(right, Query) and all(map(_is_postgres, (left, right))):
            return [("", postgres.compare((left.url, left.source), (right.url, right.source), how))]
        with engine(how) as place:
            return [("", table.compare(_side(place, left, "one"), _side(place, right, "two"), how))]
    except errors() as error:
        return [("", Outcome(NOT_COMPARABLE, f"cannot be compared as tables: {error}"))]


def _plain(left: Files, right: Files) -> bool:
    """Two single files of one kind: compared as the declared outputs of a DAG are."""
    return len(left.paths) == len(right.paths) == 1 and left.suffix == right.suffix


def _is_postgres(query: Query) -> bool:
    return query.url.startswith("postgresql")


def _folders(left: Folder, right: Folder, how: How) -> list[tuple[str, Outcome]]:
    one, two = left.names(), right.names()
    if not one and not two:
        return [("", Outcome(NOT_COMPARABLE, "both folders are empty"))]
    return [(name, _file(name, left, right, one, two, how)) for name in sorted(one | two)]


def _file(name: str, left: Folder, right: Folder, one: set[str], two: set[str], how: How) -> Outcome:
    if name not in two:
        return Outcome(MISSING, f"only in {how.names[0]}")
    if name not in one:
        return Outcome(EXTRA, f"only in {how.names[1]}")
    return files.compare(left.path / name, right.path / name, how)


def _side(place: Engine, source: Source, name: str) -> table.Side:
    """Any table, as one of the engine."""
    if isinstance(source, Files) and source.suffix == ".parquet":
        return frames.parquets(place, source.paths, name)
    if isinstance(source, Files) and source.suffix == ".csv":
        return frames.csvs(place, source.paths, name)
    if isinstance(source, Query) and source.url.startswith("duckdb:"):
        return _duckdb(place, source, name)
    if isinstance(source, Query):
        return postgres.side(place, source.url, source.source, name)
    raise UsageError("only .parquet, .csv and tables of databases can be compared with one another")


def _duckdb(place: Engine, source: Query, name: str) -> table.Side:
    """A table of another DuckDB file, which stays as it is."""
    path = source.url.removeprefix("duckdb:///").removeprefix("duckdb://")
    if not Path(path).is_file():
        raise UsageError(f"{path}: no such file")
    place.sql(f"ATTACH {quoted(path)} AS {name}_db (READ_ONLY)")
    place.sql(f"USE {name}_db")
    described = place.sql(f"DESCRIBE SELECT * FROM {source.source}").fetchall()
    place.sql("USE memory")
    return table.Side(
        place.view(name, _within(place, source, name), len(described)),
        {str(row[0]): str(row[1]).lower() for row in described},
    )


def _within(place: Engine, source: Query, name: str) -> str:
    """The table with the name of its database before it; a query is kept as a table, as it names its own tables."""
    if source.name:
        return f"{name}_db.{source.name}"
    place.sql(f"USE {name}_db")
    place.sql(f"CREATE TABLE memory.main.{name}_read AS {source.sql}")
    place.sql("USE memory")
    return f"memory.main.{name}_read"
