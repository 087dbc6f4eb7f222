"""Output files: what a reader of the file would see decides, and neither a digit nor an entry is lost on the way."""

import bz2
import gzip
import lzma
from pathlib import Path
from typing import Any

import pytest

from migrator.parity.files import compare
from migrator.parity.verdict import DIFFERENT, EQUAL, WITHIN, How, Outcome

TABLE = b"id,net\n1,1.50\n2,2.00\n"


def compared(place: Path, name: str, left: bytes, right: bytes, how: How | None = None) -> Outcome:
    """The outcome, which must be the same the other way round."""
    paths = place / "left" / name, place / "right" / name
    for path, data in zip(paths, (left, right), strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    found = compare(*paths, how or How())
    assert compare(*paths[::-1], how or How()).verdict == found.verdict
    return found


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        pytest.param(
            "a.json",
            '{"n": 12345678901234567890.12}',
            '{"n": 12345678901234567890.13}',
            id="a digit no float has",
        ),
        pytest.param(
            "a.jsonl", '{"n": 0.12345678901234567891}', '{"n": 0.12345678901234567892}', id="in a line"
        ),
        pytest.param("a.json", '{"n": 1e400}', '{"n": 1e500}', id="beyond the largest float"),
        pytest.param("a.json", '{"a": 1, "a": 2}', '{"a": 2}', id="an entry that is there twice"),
        pytest.param("a.json", "[1]", "[1.0]", id="a whole number and a float"),
        pytest.param("a.jsonl", '{"t": "x\u2028y"}', '{"t": "x\u2028z"}', id="a line end inside a text"),
        pytest.param("a.csv", "id,t\n1,\u00e9\n", "id,t\n1,e\u0301\n", id="two ways to write an accent"),
        pytest.param("a.csv", "id,t\n1,a\x00b\n", "id,t\n1,a\x00c\n", id="behind a null byte"),
    ],
)
def test_files_that_look_alike_differ(tmp_path: Path, name: str, left: str, right: str) -> None:
    assert compared(tmp_path, name, left.encode(), right.encode()).verdict == DIFFERENT


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        pytest.param("a.json", '{"n": 0.1, "m": 2}', '{ "m": 2, "n": 0.10 }', id="layout and zeros"),
        pytest.param("a.json", '{"n": 1e2}', '{"n": 100.0}', id="an exponent"),
        pytest.param("a.jsonl", '{"a": 1}\n\n{"a": 2}\n', '{"a":1}\n{"a":2}', id="empty lines"),
    ],
)
def test_files_that_say_the_same_are_equal(tmp_path: Path, name: str, left: str, right: str) -> None:
    assert compared(tmp_path, name, left.encode(), right.encode()).verdict == EQUAL


def test_a_tolerance_reads_long_numbers_as_floats(tmp_path: Path) -> None:
    one, two = b'{"n": 12345678901234567890.12}', b'{"n": 12345678901234569999.13}'
    assert compared(tmp_path, "a.json", one, two, How(tolerance={"n": 10000.0})).verdict == WITHIN


def test_a_table_in_another_encoding_is_told_apart_by_its_bytes(tmp_path: Path) -> None:
    one, two = "id,t\n1,\u00e9\n".encode("latin-1"), "id,t\n1,\u00e8\n".encode("latin-1")
    assert compared(tmp_path, "a.csv", one, one).verdict == EQUAL
    assert compared(tmp_path, "a.csv", one, two).verdict == DIFFERENT


@pytest.mark.parametrize(("end", "pack"), [("gz", gzip), ("bz2", bz2), ("xz", lzma)], ids=["gz", "bz2", "xz"])
def test_of_a_packed_file_counts_what_is_in_it(tmp_path: Path, end: str, pack: Any) -> None:
    others = (TABLE, TABLE, b"id,net\n2,2.00\n1,1.50\n", TABLE + b"3,0\n")
    packed = [pack.compress(data) for data in others]
    if end == "gz":  # its header has the time at which it was written
        packed[1] = gzip.compress(TABLE, mtime=1)
    name = f"orders.csv.{end}"
    assert compared(tmp_path, name, packed[0], packed[1]).verdict == EQUAL
    assert compared(tmp_path, name, packed[0], packed[2]).verdict == EQUAL, "the order of rows is free"
    different = compared(tmp_path, name, packed[0], packed[3])
    assert different.counts is not None
    assert (different.verdict, different.counts.extra) == (DIFFERENT, 1)


def test_a_packed_file_that_is_damaged_is_no_pass(tmp_path: Path) -> None:
    whole = gzip.compress(TABLE, mtime=1)
    assert compared(tmp_path, "orders.csv.gz", whole, whole[:-9]).verdict == DIFFERENT
