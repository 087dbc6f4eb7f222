"""Tables of PostgreSQL are compared where they are: segments first, and only what differs is read."""

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from migrator.errors import UsageError
from migrator.parity import postgres as place
from migrator.parity import sources
from migrator.parity.verdict import DIFFERENT, EQUAL, WITHIN, Counts, How, Outcome
from migrator.services import Server

MAKE = """
CREATE SCHEMA old; CREATE SCHEMA new;
CREATE TABLE old.orders (id int PRIMARY KEY, price numeric(18,4), note text, at timestamptz, tags jsonb, raw bytea);
INSERT INTO old.orders SELECT i, i / 3.0, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'a "quoted" \\N text,
' || i END, '2024-01-01'::timestamptz + i * interval '1 minute', jsonb_build_object('n', i), decode('00ff', 'hex')
FROM generate_series(1, 2000) i;
CREATE TABLE new.orders AS SELECT * FROM old.orders ORDER BY md5(id::text);
"""


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    return postgres.url("compared").replace("+psycopg2", "")


@pytest.fixture
def run(database: str) -> Iterator[Any]:
    """Runs statements; both tables are there before each test, and equal."""
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS old, new CASCADE")
        cursor.execute(MAKE)
        connection.commit()
        yield lambda sql: (cursor.execute(sql), connection.commit())
    connection.close()


def compare(
    url: str, left: str = "#old.orders", right: str = "#new.orders", how: How | None = None
) -> Outcome:
    [(_, outcome)] = sources.compare(sources.read(url + left), sources.read(url + right), how or How())
    return outcome


def test_the_same_rows_in_another_order_are_equal_and_none_is_read(run: Any, database: str) -> None:
    outcome = compare(database)
    assert (outcome.verdict, outcome.counts) == (EQUAL, Counts(2000, 0, 0, 0))
    with place.relation(database, "old.orders") as one, place.relation(database, "new.orders") as two:
        assert place.differing(one, two, How())[0] == []


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        pytest.param("UPDATE new.orders SET price = price + 0.0001 WHERE id = 7", Counts(1999, 1, 0, 0), id="a digit"),
        pytest.param("UPDATE new.orders SET note = '' WHERE id = 3", Counts(1999, 1, 0, 0), id="null and empty"),
        pytest.param("UPDATE new.orders SET at = at + interval '1 us' WHERE id = 9", Counts(1999, 1, 0, 0), id="time"),
        pytest.param("UPDATE new.orders SET tags = '{\"n\": 0}' WHERE id = 2", Counts(1999, 1, 0, 0), id="inside JSON"),
        pytest.param("UPDATE new.orders SET raw = '\\x00fe' WHERE id = 2", Counts(1999, 1, 0, 0), id="a byte"),
        pytest.param("DELETE FROM new.orders WHERE id = 5", Counts(1999, 0, 1, 0), id="a row less"),
        pytest.param("INSERT INTO new.orders SELECT * FROM old.orders WHERE id = 5", Counts(2000, 0, 0, 1), id="twice"),
        pytest.param("UPDATE new.orders SET id = 5000 WHERE id = 5", Counts(1999, 0, 1, 1), id="another key"),
    ],
)  # fmt: skip
def test_each_change_is_found_and_counted(run: Any, database: str, change: str, counts: Counts) -> None:
    run(change)
    outcome = compare(database)
    assert (outcome.verdict, outcome.counts) == (DIFFERENT, counts)
    assert outcome.rows


def test_only_the_segments_that_differ_are_read(run: Any, database: str) -> None:
    run("UPDATE new.orders SET price = 0 WHERE id = 7")
    with place.relation(database, "old.orders") as one, place.relation(database, "new.orders") as two:
        found, _, elsewhere = place.differing(one, two, How(key=("id",)))
    assert len(found) == 1 and 1500 < elsewhere < 2000


def test_a_type_differs_apart_from_values(run: Any, database: str) -> None:
    run("ALTER TABLE new.orders ALTER COLUMN id TYPE bigint")
    outcome = compare(database)
    assert (outcome.verdict, outcome.counts) == (DIFFERENT, Counts(2000, 0, 0, 0))
    assert "dtype of id: integer | bigint" in outcome.detail


def test_tolerances_renamed_and_ignored_columns_are_as_everywhere(run: Any, database: str) -> None:
    run("UPDATE new.orders SET price = price + 0.01, note = 'x'; ALTER TABLE new.orders RENAME price TO cost")
    how = How(tolerance={"price": 0.01}, rename={"price": "cost"}, ignore_columns=frozenset({"note"}))
    assert compare(database, how=how).verdict == WITHIN
    assert compare(database).verdict == DIFFERENT


def test_a_query_is_compared_with_a_table(run: Any, database: str) -> None:
    assert compare(database, right="?query=SELECT * FROM new.orders WHERE id > 0").verdict == EQUAL
    assert compare(database, right="?query=SELECT * FROM new.orders WHERE id % 2 = 0").counts == Counts(
        1000, 0, 1000, 0
    )


@pytest.mark.parametrize("right", ["#new.no_such_table", "?query=SELEC 1"])
def test_what_the_server_refuses_is_said(run: Any, database: str, right: str) -> None:
    with pytest.raises(UsageError, match="PostgreSQL"):
        compare(database, right=right)
