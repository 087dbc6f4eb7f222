"""Two tables, of which a thousandth of the cells differ and the rows are shuffled: ours against datacompy.

Each side is a process of its own that reads the same two Parquet files, so that time and memory are those of a user.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from bench import processes
from bench.line import Line, Setting

SIZES = (1_000_000, 10_000_000)
TARGETS = {"pandas": 1 / 5, "polars": 1 / 2}  # of the time, at ten million rows
MEMORY = 1 / 3

# The n-th column of a row is another one on the right side when this holds.
CHANGED = "hash(id, {n}, 'changed') % 1000 = 0"
RIGHT = """
    id, CASE WHEN {1} THEN a + 1 ELSE a END a, CASE WHEN {2} THEN b + 1 ELSE b END b,
    CASE WHEN {3} THEN p + 0.01 ELSE p END::DECIMAL(18, 2) p,
    CASE WHEN {4} THEN q + 0.0001 ELSE q END::DECIMAL(18, 4) q,
    CASE WHEN {5} THEN s || ' ' ELSE s END s, CASE WHEN {6} THEN upper(u) ELSE u END u,
    CASE WHEN {7} THEN ts + INTERVAL 1 HOUR ELSE ts END ts, CASE WHEN {8} THEN d + 1 ELSE d END::DATE d,
    CASE WHEN {9} THEN NULL ELSE x END x
"""
LEFT = """
    SELECT i id, (hash(i) % 1000000)::BIGINT a, CASE WHEN i % 10 = 0 THEN NULL ELSE (hash(i, 1) % 100)::INT END b,
        (hash(i, 2) % 10000000 / 100)::DECIMAL(18, 2) p,
        CASE WHEN i % 7 = 0 THEN NULL ELSE (hash(i, 3) % 1000000000 / 10000)::DECIMAL(18, 4) END q,
        'customer-' || (hash(i, 4) % 500000) s, ['red', 'green', 'blue', 'black'][1 + (hash(i, 5) % 4)::INT] u,
        TIMESTAMP '2024-01-01' + to_seconds((hash(i, 6) % 31536000)::BIGINT) ts,
        DATE '2024-01-01' + (hash(i, 7) % 366)::INT d, (hash(i, 8) % 1000003) / 7.0 x
    FROM range({rows}) t(i)
"""

THEIRS = {
    "pandas": """
import sys, pandas, datacompy
one, two = (pandas.read_parquet(path) for path in sys.argv[1:])
assert not datacompy.PandasCompare(one, two, join_columns=["id"]).matches()
""",
    "polars": """
import sys, polars, datacompy
one, two = (polars.read_parquet(path) for path in sys.argv[1:])
assert not datacompy.PolarsCompare(one, two, join_columns=["id"]).matches()
""",
}


def lines(setting: Setting) -> Iterator[Line]:
    """Time and memory at each size; the targets are those of the largest."""
    for rows in [size for size in SIZES if size <= max(setting.rows, SIZES[0])]:
        paths = tables(setting.scratch, rows)
        ours = compared(paths)
        for library in THEIRS:
            theirs = processes.run([sys.executable, "-c", THEIRS[library], *map(str, paths)], quiet=True)
            what, largest = f"compare {rows // 1_000_000} M rows x 10, key given", rows == SIZES[-1]
            against = f"datacompy on {library}"
            most = TARGETS[library] if largest else None
            yield Line(what, ours.seconds * 1000, theirs.seconds * 1000, against, most)
            yield Line(
                f"{what}: memory",
                ours.megabytes,
                theirs.megabytes,
                against,
                MEMORY if largest else None,
                "MB",
            )


def compared(paths: tuple[Path, Path]) -> processes.Run:
    """`migrate compare A B`, which ends with 1 as the tables differ."""
    words = [sys.executable, "-m", "migrator", "compare", *map(str, paths), "--key", "id", "--format", "json"]
    return processes.run(words, quiet=True, expected=1)


def tables(folder: Path, rows: int) -> tuple[Path, Path]:
    """The files, made once."""
    import duckdb

    left, right = folder / f"left-{rows}.parquet", folder / f"right-{rows}.parquet"
    base = LEFT.format(rows=rows)
    changes = [CHANGED.format(n=n) for n in range(10)]
    with duckdb.connect() as engine:
        engine.execute("SET memory_limit = '3GB'")
        engine.execute(f"SET temp_directory = '{folder / 'spilled'}'")
        engine.execute(f"COPY ({base}) TO '{left}' (FORMAT parquet)")
        shuffled = f"SELECT {RIGHT.format(*changes)} FROM ({base}) ORDER BY hash(id, 'shuffled')"
        engine.execute(f"COPY ({shuffled}) TO '{right}' (FORMAT parquet)")
    return left, right
