"""Tables that a Spark cluster reads: rows that both sides have cancel out there, and the rest is compared as any table.

Each row becomes two 64-bit hashes over the cells of the columns that both sides have. How often each pair of hashes is
there is counted on both sides, in the cluster; rows that one side has more often are fetched, a part at a time, and
judged by the same code as all other tables. Equal rows never leave the cluster.
"""

import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from migrator.errors import UsageError
from migrator.parity import table
from migrator.parity.engine import Engine, engine, errors, quoted
from migrator.parity.frames import unique
from migrator.parity.verdict import NOT_COMPARABLE, How, Outcome

PART = 1_000_000  # rows that are fetched at a time
SALT = "the other hash"
FORMATS = ("parquet", "csv", "orc", "json", "delta", "iceberg", "avro")
QUERY = re.compile(r"\s*(select|with|from|values|table)\b", re.I)
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
}
AS_JSON = {
    "ignoreNullFields": "false",
    "timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
    "timestampNTZFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
}
WHOLE = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 20}  # digits
FLOATS = ("float", "double")
NESTED = ("struct", "array", "map")


@dataclass(frozen=True)
class Frame:
    """A DataFrame with columns c0, c1, ... by position; `types`: Spark's, by the names outside."""

    data: Any
    types: dict[str, str] = field(default_factory=dict)

    def place(self, column: str) -> str:
        """The column by its name outside."""
        return f"c{list(self.types).index(column)}"


@contextmanager
def session(url: str) -> Iterator[Any]:
    """Spark at `sc://host:port` (Spark Connect), or at a master such as `local[*]` or `spark://host:7077`.

    Raises UsageError where it cannot be had.
    """
    try:
        from pyspark.errors import PySparkException  # type: ignore[import-not-found, unused-ignore]
        from pyspark.sql import SparkSession  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        needed = "pyspark-client" if url.startswith("sc:") else "pyspark"
        raise UsageError(f"--spark {url} needs Spark for Python: pip install '{needed}>=4'") from error
    builder = SparkSession.builder.appName("migrate compare")
    if url.startswith("sc://"):
        _reach(url)
        builder = builder.remote(url)
    elif _only_connects():
        text = f"--spark {url} needs pyspark itself; pyspark-client, which is installed, knows sc://HOST:PORT alone"
        raise UsageError(text)
    else:
        builder = builder.master(url).config("spark.ui.enabled", "false")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
    try:
        with _not_its_doctests():
            spark = builder.getOrCreate()
        for name, value in SETTINGS.items():
            spark.conf.set(name, value)
    except (PySparkException, RuntimeError, OSError) as error:
        raise UsageError(f"--spark {url}: {_first_line(error)}") from error
    try:
        yield spark
    finally:
        spark.stop()


@contextmanager
def _not_its_doctests() -> Iterator[None]:
    """pyspark takes a program without a file (`python -c`, a worker of pytest-xdist) for its doctests, and exits."""
    main = sys.modules["__main__"]
    if hasattr(main, "__file__"):
        yield
        return
    main.__file__ = ""
    try:
        yield
    finally:
        del main.__file__


def _reach(url: str) -> None:
    """Its client would try for ten minutes where nobody listens."""
    address = urlsplit(url)
    try:
        with socket.create_connection((address.hostname or "", address.port or 15002), timeout=10):
            pass
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--spark {url.partition(';')[0]} cannot be reached: {_first_line(error)}"
        ) from error


def _only_connects() -> bool:
    """Whether what is installed can start no Spark of its own: pyspark without its Java part."""
    import pyspark

    return not (Path(pyspark.__file__).parent / "jars").is_dir()


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def compare(left: str, right: str, how: How, url: str) -> Outcome:
    """Two things that Spark reads: files, globs and URIs, `FORMAT:PATH`, tables by name, queries."""
    if how.ordered:
        raise UsageError("--ordered: tables of Spark have no order")
    if how.tolerance and not how.key:
        raise UsageError("--spark with --tolerance needs --key: rows that are only near have to be paired")
    with session(url) as spark:
        one, two = read(spark, left), read(spark, right)
        from pyspark.errors import PySparkException

        try:
            with engine(how) as place:
                return _judged(place, one, two, how)
        except PySparkException as error:
            return Outcome(NOT_COMPARABLE, f"Spark: {_first_line(error)}")
        except errors() as error:
            return Outcome(NOT_COMPARABLE, f"cannot be compared as tables: {error}")


# ---------------------------------------------------------------------- reading
def read(spark: Any, text: str) -> Frame:
    """What a word of the command line means to Spark. Raises UsageError where it cannot be read."""
    from pyspark.errors import PySparkException

    try:
        data = _data(spark, text)
        types = dict(zip(unique(data.columns), (kind for _, kind in data.dtypes), strict=True))
        return Frame(data.toDF(*(f"c{i}" for i in range(len(types)))), types)
    except PySparkException as error:
        raise UsageError(f"{text}: Spark cannot read it: {_first_line(error)}") from error


def _data(spark: Any, text: str) -> Any:
    if QUERY.match(text):
        return spark.sql(text)
    form, colon, path = text.partition(":")
    if not colon or form not in FORMATS:
        path, form = text, _form(text)
    if not form:
        return spark.table(text)
    where = path if "://" in path else str(Path(path).absolute())  # those of this machine, with their folders
    spark.catalog.refreshByPath(where)  # what is known of the files of a name may be that of others before
    return _csv(spark, where) if form == "csv" else spark.read.format(form).load(where)


def _form(path: str) -> str:
    """By the suffix, or by that of the files in a folder that is here; nothing for the name of a table."""
    suffix = path.rstrip("/").rpartition("/")[2].rpartition(".")[2].lower()
    if suffix in FORMATS and path.rstrip("/").rpartition(".")[0]:
        return suffix
    here = Path(path)
    inside = {p.suffix.lower()[1:] for p in here.rglob("*.*")} & set(FORMATS) if here.is_dir() else set()
    return inside.pop() if len(inside) == 1 else "parquet" if "://" in path else ""


def _csv(spark: Any, path: str) -> Any:
    """All columns as text, so that 1.0 is not 1; an empty field is no value, quoted or not."""
    from pyspark.sql import functions as F  # type: ignore[import-not-found, unused-ignore]

    options = {"header": True, "inferSchema": False, "multiLine": True, "quote": '"', "escape": '"'}
    data = spark.read.options(**options).csv(path)
    named = data.toDF(*(f"c{i}" for i in range(len(data.columns))))
    cells = [F.when(F.col(c) != "", F.col(c)).alias(c) for c in named.columns]
    return named.select(*cells).toDF(*data.columns)


# ---------------------------------------------------------------------- what both have
def _judged(place: Engine, one: Frame, two: Frame, how: How) -> Outcome:
    shared = _shared(one, two, how)
    sides, equal = (one.data, two.data), 0
    if shared and not (how.tolerance and _repeats(one, two, shared, how)):
        sides, equal = rest(one, two, shared)
    left, right = (
        table.Side(_fetched(place, data, name, frame), frame.types)
        for data, frame, name in zip(sides, (one, two), ("one", "two"), strict=True)
    )
    return table.compare(left, right, how, elsewhere=equal)


def _shared(one: Frame, two: Frame, how: How) -> dict[str, str]:
    """The columns that both have, each with its name on the right side."""
    back = {new: old for old, new in how.rename.items() if old not in two.types and new in two.types}
    theirs = {back.get(column, column): column for column in two.types}
    return {c: theirs[c] for c in one.types if c in theirs and c not in how.ignore_columns}


def _repeats(one: Frame, two: Frame, shared: dict[str, str], how: How) -> bool:
    """Whether rows share a key: a tolerance may then pair them with others than their twins."""
    from pyspark.sql import functions as F

    key = [c for c in how.key if c in shared]
    places = [[one.place(c) for c in key], [two.place(shared[c]) for c in key]]
    counted = [f.data.groupBy(*names).count() for f, names in zip((one, two), places, strict=True)]
    return any(bool(each.filter(F.col("count") > 1).head(1)) for each in counted)


def rest(one: Frame, two: Frame, shared: dict[str, str]) -> tuple[tuple[Any, Any], int]:
    """The rows that one side has more often than the other, and how many of each side cancelled out."""
    from pyspark.sql import functions as F

    pairs = [_cells(one, two, left, right) for left, right in shared.items()]
    hashed = [_hashed(frame.data, [pair[i] for pair in pairs]) for i, frame in enumerate((one, two))]
    counts = [each.groupBy("h", "g").agg(F.count(F.lit(1)).alias(f"n{i}")) for i, each in enumerate(hashed)]
    both = counts[0].join(counts[1], ["h", "g"], "full_outer").na.fill(0, ["n0", "n1"])
    more = both.select("h", "g", (F.col("n0") - F.col("n1")).alias("more")).filter("more != 0")
    only = _kept(more)
    left = _more(hashed[0], only, one.data.columns)
    right = _more(hashed[1], only.withColumn("more", -F.col("more")), two.data.columns)
    alone = only.agg(F.sum(F.greatest("more", F.lit(0))).alias("n")).head()["n"] or 0
    return (left, right), one.data.count() - int(alone)


def _more(hashed: Any, only: Any, columns: list[str]) -> Any:
    """Of rows that repeat as many as the side has more; those with the same hashes are the same."""
    from pyspark.sql import Window  # type: ignore[import-not-found, unused-ignore]
    from pyspark.sql import functions as F

    found = hashed.join(only.filter("more > 0"), ["h", "g"])
    turn = F.row_number().over(Window.partitionBy("h", "g").orderBy("h"))
    return found.withColumn("turn", turn).filter("turn <= more").select(*columns, "h")


def _hashed(data: Any, cells: list[Any]) -> Any:
    """A null has no part in Spark's hashes, so that it is said beside each cell."""
    from pyspark.sql import functions as F

    parts = [part for cell in cells for part in (cell.isNull(), cell)]
    return data.withColumns({"h": F.xxhash64(*parts), "g": F.xxhash64(F.lit(SALT), *reversed(parts))})


def _cells(one: Frame, two: Frame, left: str, right: str) -> tuple[Any, Any]:
    """A column of both, in forms that are equal only if the values are; where that is not known, never."""
    from pyspark.sql import functions as F

    kinds = one.types[left], two.types[right]
    columns = F.col(one.place(left)), F.col(two.place(right))
    if kinds[0] == kinds[1]:
        return _cell(columns[0], kinds[0]), _cell(columns[1], kinds[1])
    if set(kinds) <= set(FLOATS):
        return tuple(_cell(c.cast("double"), "double") for c in columns)
    if wide := _decimal(kinds):
        return columns[0].cast(wide), columns[1].cast(wide)
    return F.concat(F.lit("left "), columns[0].isNull()), F.concat(F.lit("right "), columns[1].isNull())


def _cell(column: Any, kind: str) -> Any:
    from pyspark.sql import functions as F

    if kind in FLOATS:  # 0.0 is -0.0, and each NaN is NaN
        return F.when(column == 0, F.lit(0.0)).when(F.isnan(column), F.lit(float("nan"))).otherwise(column)
    if kind.startswith(NESTED):
        return F.to_json(F.struct(column), AS_JSON)
    return column if not kind.startswith(("interval", "variant")) else column.cast("string")


def _decimal(kinds: tuple[str, str]) -> str | None:
    """A decimal that holds all values of two exact numbers."""
    sizes = []
    for kind in kinds:
        found = re.fullmatch(r"decimal\((\d+),(\d+)\)", kind)
        if not found and kind not in WHOLE:
            return None
        sizes.append((int(found[1]) - int(found[2]), int(found[2])) if found else (WHOLE[kind], 0))
    whole, scale = (max(size[i] for size in sizes) for i in (0, 1))
    return f"decimal({whole + scale},{scale})" if whole + scale <= 38 else None


# ---------------------------------------------------------------------- fetching
def _kept(data: Any) -> Any:
    """Worked out once, where the cluster lets us (one without servers of its own does not).

    Not by `cache()`: Spark finds that again by its query, and so it may hold what files had in them before.
    """
    from pyspark.errors import PySparkException

    try:
        return data.localCheckpoint()
    except PySparkException:
        return data


def _fetched(place: Engine, data: Any, name: str, frame: Frame) -> Any:
    """The rows through a file, a part at a time, as a table of the engine."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyspark.sql import functions as F

    if "h" not in data.columns:
        data = data.withColumn("h", F.xxhash64(F.to_json(F.struct(*data.columns), AS_JSON)))
    data = _kept(data)
    parts = max(1, -(-data.count() // PART))
    columns = [f"c{i}" for i in range(len(frame.types))]
    to, writer = place.folder / f"{name}.parquet", None
    try:
        for part in range(parts):
            chosen = data.filter(F.pmod(F.col("h"), F.lit(parts)) == part) if parts > 1 else data
            found: pa.Table = chosen.select(*columns).toArrow()
            writer = writer or pq.ParquetWriter(to, found.schema)
            writer.write_table(found)
    finally:
        if writer:
            writer.close()
    return place.view(name, f"read_parquet({quoted(to.as_posix())})", len(columns))
