"""Whatever way is taken (rows joined, hashes that cancel out, sums in PostgreSQL), a naive counter says the same."""

from collections import Counter
from pathlib import Path
from typing import Any

import psycopg2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.parity import residue, sources
from migrator.parity.frames import compare_parquet
from migrator.parity.verdict import DIFFERENT, EQUAL, How
from migrator.services import Server

Row = tuple[int, int | None, str | None]
ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.none() | st.integers(0, 1), st.none() | st.sampled_from(["", "a", "a "])),
    max_size=6,
)
HOWS = st.sampled_from([How(), How(key=("k",))])
CHECKS = [HealthCheck.function_scoped_fixture]
KINDS = {"k": pa.int64(), "n": pa.int32(), "t": pa.string()}


def table(rows: list[Row], order: list[str]) -> pa.Table:
    columns = dict(zip(KINDS, zip(*rows, strict=True) if rows else ((), (), ()), strict=True))
    return pa.table({name: pa.array(list(columns[name]), KINDS[name]) for name in order})


def expected(left: list[Row], right: list[Row]) -> str:
    return EQUAL if Counter(left) == Counter(right) else DIFFERENT


@pytest.mark.parametrize("small", [residue.SMALL, -1], ids=["joined", "by hashes"])
@settings(max_examples=8, deadline=None, suppress_health_check=CHECKS)
@given(left=ROWS, right=ROWS, how=HOWS, data=st.data())
def test_tables_are_equal_when_a_counter_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    small: int,
    left: list[Row],
    right: list[Row],
    how: How,
    data: st.DataObject,
) -> None:
    monkeypatch.setattr(residue, "SMALL", small)
    same = data.draw(st.permutations(left))
    other = data.draw(st.sampled_from([right, same, [*same, *same[:1]], same[1:]]))
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    pq.write_table(table(left, list(KINDS)), one)
    pq.write_table(table(other, data.draw(st.permutations(list(KINDS)))), two)
    there, back = compare_parquet(one, two, how), compare_parquet(two, one, how)
    assert there.verdict == back.verdict == expected(left, other)
    assert there.counts is not None and back.counts is not None
    assert (there.counts.missing, there.counts.extra) == (back.counts.extra, back.counts.missing)
    assert there.counts.equal + there.counts.different + there.counts.missing == len(left)


@pytest.mark.parametrize("small", [residue.SMALL, -1], ids=["joined", "by hashes"])
def test_how_often_a_row_is_there_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int) -> None:
    monkeypatch.setattr(residue, "SMALL", small)
    row: Row = (1, 0, "a")
    paths = [tmp_path / name for name in ("one.parquet", "two.parquet")]
    for path, times in zip(paths, (3, 2), strict=True):
        pq.write_table(table([row] * times, list(KINDS)), path)
    for one, two in (paths, paths[::-1]):
        assert compare_parquet(one, two, How()).verdict == DIFFERENT
        assert compare_parquet(one, one, How()).verdict == EQUAL


@settings(max_examples=6, deadline=None, suppress_health_check=CHECKS)
@given(left=ROWS, right=ROWS, same=st.booleans(), how=HOWS)
def test_postgresql_says_what_a_counter_says(
    postgres: Server, left: list[Row], right: list[Row], same: bool, how: How
) -> None:
    url = postgres.url("agreement").replace("+psycopg2", "")
    other = left[::-1] if same else right
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        for name, rows in {"one": left, "two": other}.items():
            cursor.execute(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} (k bigint, n int, t text)")
            cursor.executemany(f"INSERT INTO {name} VALUES (%s, %s, %s)", rows)
    connection.close()
    sides: list[Any] = [sources.read(f"{url}#{name}") for name in ("one", "two")]
    [(_, outcome)] = sources.compare(*sides, how)
    assert outcome.verdict == expected(left, other)
