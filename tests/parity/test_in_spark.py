"""Tables of a Spark cluster: what is equal cancels out there, and what is not is judged as anywhere else."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.cli.compare import command
from migrator.errors import UsageError
from migrator.parity import spark as engine
from migrator.parity.verdict import DIFFERENT, EQUAL, WITHIN, Counts, How, Outcome
from migrator.services.health import free_port
from tests.processes import until

ROOT = Path(__file__).parents[2]
PYTHON = Path(os.environ.get("MIGRATE_SPARK_PYTHON") or ROOT / ".venv-spark" / "bin" / "python")
NAN = float("nan")


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Spark Connect server, which is how a cluster is reached."""
    (home,) = PYTHON.parent.parent.glob("lib/python3*/site-packages/pyspark")
    port, folder = free_port(), tmp_path_factory.mktemp("spark")
    conf = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": 1,
        "spark.sql.codegen.wholeStage": "false",  # tables of a few rows: compiling them is what costs
        "spark.sql.warehouse.dir": folder / "warehouse",
    }
    command = [home / "bin" / "spark-submit", "--master", "local[2]"]
    command += [word for name, value in conf.items() for word in ("--conf", f"{name}={value}")]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    (jar,) = (home / "jars").glob("spark-connect_*.jar")
    env = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": str(PYTHON),
    }
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*map(str, command), str(jar)],
            cwd=folder,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        there = until(lambda: "started at" in (folder / "log").read_text() or server.poll() is not None, 600)
        assert there and server.poll() is None, (folder / "log").read_text()[-3000:]
        yield f"sc://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def compared(url: str, folder: Path, left: pa.Table, right: pa.Table, how: How | None = None) -> Outcome:
    for name, table in (("one", left), ("two", right)):
        pq.write_table(table, folder / f"{name}.parquet")
    return engine.compare(str(folder / "one.parquet"), str(folder / "two.parquet"), how or How(), url)


# In each column the second row differs, and by no more than can be told apart; the others do not.
CELLS: dict[str, tuple[pa.DataType, list[Any], list[Any]]] = {
    "past 2**53": (pa.int64(), [1, 2**53, None], [1, 2**53 + 1, None]),
    "a late digit": (
        pa.decimal128(38, 20),
        [Decimal("1"), Decimal("0.00000000000000000001"), None],
        [Decimal("1"), Decimal("0.00000000000000000002"), None],
    ),
    "nan is not null": (pa.float64(), [NAN, NAN, -0.0], [NAN, None, 0.0]),
    "infinities": (pa.float64(), [float("inf"), float("inf"), 1.5], [float("inf"), float("-inf"), 1.5]),
    "a space": (pa.string(), ["a", "a", None], ["a", "a ", None]),
    "empty is not null": (pa.string(), ["", "", None], ["", None, None]),
    "a microsecond": (pa.timestamp("us", "UTC"), [0, 10**15, None], [0, 10**15 + 1, None]),
    "within a list": (pa.list_(pa.int64()), [[1, None], [1, None], []], [[1, None], [None, 1], []]),
    "within a struct": (
        pa.struct([("a", pa.int32()), ("b", pa.string())]),
        [{"a": 1, "b": None}, {"a": None, "b": "x"}, None],
        [{"a": 1, "b": None}, {"a": 0, "b": "x"}, None],
    ),
    "bytes": (pa.binary(), [b"\x00\xff", b"\x00", None], [b"\x00\xff", b"", None]),
    "a truth": (pa.bool_(), [True, True, None], [True, None, None]),
}


def test_each_kind_of_value_is_told_apart_to_its_last_digit(spark: str, tmp_path: Path) -> None:
    ids = pa.array([1, 2, 3])
    left, right = (
        pa.table({"id": ids, **{name: pa.array(given[side], given[0]) for name, given in CELLS.items()}})
        for side in (1, 2)
    )
    outcome = compared(spark, tmp_path, left, right.take([2, 0, 1]), How(key=("id",)))
    assert outcome.verdict == DIFFERENT and outcome.counts == Counts(2, 1, 0, 0)
    assert {column.name: column.different for column in outcome.columns} == dict.fromkeys(CELLS, 1)


def test_a_row_that_is_there_once_more_is_counted(spark: str, tmp_path: Path) -> None:
    left, right = pa.table({"t": ["a"] * 5 + ["b", None]}), pa.table({"t": ["a"] * 7 + [None, None, "b"]})
    assert compared(spark, tmp_path, left, right).counts == Counts(7, 0, 0, 3)


def test_a_dtype_is_a_difference_of_its_own(spark: str, tmp_path: Path) -> None:
    numbers = list(range(100))
    left = pa.table({"id": numbers, "n": pa.array(numbers, pa.int32())})
    right = pa.table({"id": numbers, "n": pa.array(numbers, pa.int64())})
    outcome = compared(spark, tmp_path, left, right)
    assert outcome.verdict == DIFFERENT and "dtype of n: int | bigint" in outcome.detail
    assert outcome.counts == Counts(100, 0, 0, 0)


def test_a_time_and_its_text_differ_by_dtype_alone(spark: str, tmp_path: Path) -> None:
    left = pa.table({"id": [1], "at": pa.array([0], pa.timestamp("us"))})
    right = pa.table({"id": [1], "at": ["1970-01-01 00:00:00"]})
    outcome = compared(spark, tmp_path, left, right, How(key=("id",)))
    assert "dtype of at: timestamp_ntz | string" in outcome.detail and outcome.counts == Counts(1, 0, 0, 0)


def test_tolerances_renamed_and_ignored_columns(spark: str, tmp_path: Path) -> None:
    from migrator.parity.tolerance import parse

    left = pa.table({"id": [1, 2, 3], "price": [1.0, 2.0, 3.0], "run": ["a", "a", "a"]})
    right = pa.table({"key": [3, 2, 1], "price": [3.0, 2.001, 1.0], "run": ["b", "b", "b"]})
    how = How(("id",), frozenset({"run"}), {"price": parse("abs:0.01")}, rename={"id": "key"})
    assert compared(spark, tmp_path, left, right, how).verdict == WITHIN


def test_rows_that_share_a_key_are_paired_within_their_tolerance(spark: str, tmp_path: Path) -> None:
    from migrator.parity.tolerance import parse

    left = pa.table({"id": [1, 1], "price": [1.0, 1.01]})
    right = pa.table({"id": [1, 1], "price": [1.01, 1.02]})
    how = How(("id",), tolerance={"price": parse("abs:0.011")})
    assert compared(spark, tmp_path, left, right, how).verdict == WITHIN


Row = tuple[int, int | None, str | None]
ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.none() | st.integers(0, 1), st.none() | st.sampled_from(["", "a"])),
    max_size=6,
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(left=ROWS, right=ROWS, same=st.booleans())
def test_spark_says_what_a_counter_says(
    spark: str, tmp_path: Path, left: list[Row], right: list[Row], same: bool
) -> None:
    other = left[::-1] if same else right
    one, two = (
        pa.table(
            {
                "k": pa.array([row[0] for row in rows], pa.int64()),
                "n": pa.array([row[1] for row in rows], pa.int32()),
                "t": pa.array([row[2] for row in rows], pa.string()),
            }
        )
        for rows in (left, other)
    )
    outcome = compared(spark, tmp_path, one, two.select(["t", "k", "n"]))
    assert outcome.verdict == (EQUAL if Counter(left) == Counter(other) else DIFFERENT)
    assert outcome.counts is not None
    assert outcome.counts.equal + outcome.counts.different + outcome.counts.missing == len(left)


def test_equal_rows_stay_in_the_cluster(spark: str, tmp_path: Path) -> None:
    numbers = list(range(1000))
    pq.write_table(pa.table({"n": numbers}), tmp_path / "one.parquet")
    pq.write_table(pa.table({"n": [*numbers[:999], 5]}), tmp_path / "two.parquet")
    with engine.session(spark) as session:
        frames = [engine.read(session, str(tmp_path / f"{name}.parquet")) for name in ("one", "two")]
        (left, right), equal = engine.rest(frames[0], frames[1], {"n": "n"})
        assert ([row["c0"] for row in left.collect()], equal) == ([999], 999)
        assert [row["c0"] for row in right.collect()] == [5]


def test_queries_tables_csv_files_and_what_is_not_there(spark: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,Id,t\n1,1,"a\nb"\n2,1.0,\n')
    (tmp_path / "b.csv").write_text('id,Id,t\n2,1.0,""\n1,1,"a\nb"\n')
    said = CliRunner().invoke(command, [str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--spark", spark])
    assert said.exit_code == 0 and "equal" in said.output, said.output
    query = "SELECT id FROM VALUES (1), (2) AS t(id)"
    assert engine.compare(query, "SELECT explode(array(2, 1)) AS id", How(), spark).verdict == EQUAL
    with pytest.raises(UsageError, match="no_such_table: Spark cannot read it"):
        engine.compare("no_such_table", query, How(), spark)
    with pytest.raises(UsageError, match="have no order"):
        engine.compare(query, query, How(ordered=True), spark)


def test_no_server_is_told_at_once() -> None:
    nowhere = f"sc://127.0.0.1:{free_port()}/;token=hidden"
    with pytest.raises(UsageError, match=r"cannot be reached: .*refused"), engine.session(nowhere):
        pass


def test_a_master_needs_all_of_pyspark() -> None:
    with pytest.raises(UsageError, match="needs pyspark itself"), engine.session("local[2]"):
        pass


LOCAL = """
import sys
from migrator.parity import spark as engine

with engine.session("local[2]") as session:
    one, two = (engine.read(session, query) for query in sys.argv[1:])
    (left, right), equal = engine.rest(one, two, {"n": "n"})
    print(sorted(row["c0"] for row in left.collect()), [row["c0"] for row in right.collect()], equal)
"""


def test_a_spark_of_its_own_does_the_same(tmp_path: Path) -> None:
    queries = ["SELECT explode(sequence(1, 100)) AS n", "SELECT explode(sequence(3, 102)) AS n"]
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith("SPARK_")},  # its client sets some
        "PYTHONPATH": str(ROOT),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": str(PYTHON),
    }
    done = subprocess.run(
        [PYTHON, "-c", LOCAL, *queries], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[1, 2] [101, 102] 98", done.stderr[-3000:]
