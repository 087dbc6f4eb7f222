"""`migrate compare A B`: files, globs, folders, tables, queries and run records, as a person types it."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from migrator.cli.compare import command
from migrator.errors import UsageError
from migrator.parity import record
from migrator.parity.record import Json, Record, TaskRecord

DAY = ("2024-01-03T00:00:00+00:00", "2024-01-04T00:00:00+00:00")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def compare(*words: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and the first result."""
    done = CliRunner().invoke(command, [*words, "--format", "json"])
    if isinstance(done.exception, Exception):
        raise done.exception
    return done.exit_code, json.loads(done.stdout)["results"][0]


def parquet(path: str, **columns: Any) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def orders(path: str, price: float = 1.5) -> None:
    parquet(path, id=[1, 2, 3], price=[price, 2.5, 3.5], loaded_at=[0, 0, len(path)])


def test_two_files_are_equal_up_to_what_a_person_allows(place: Path) -> None:
    orders("old.parquet")
    orders("newer.parquet", 1.51)
    assert compare("old.parquet", "newer.parquet")[0] == 1
    status, result = compare(
        "old.parquet",
        "newer.parquet",
        "--key",
        "id",
        "--tolerance",
        "price=abs:0.02",
        "--ignore",
        "loaded_at",
    )
    assert (status, result["items"][0]["verdict"]) == (0, "equal within tolerance")


def test_a_difference_is_explained_in_json_and_in_text(place: Path) -> None:
    orders("old.parquet")
    orders("new.parquet", -1.5)
    status, result = compare("old.parquet", "new.parquet", "--key", "id")
    item = result["items"][0]
    assert (status, result["verdict"], item["hints"]) == (1, "different", ["price: sign"])
    assert item["counts"] == {"equal": 2, "different": 1, "missing": 0, "extra": 0}
    assert item["columns"][0]["largest_difference"] == 3.0
    assert item["rows"][0]["a"]["price"] == "1.5" and item["rows"][0]["b"]["price"] == "-1.5"
    text = (
        CliRunner().invoke(command, ["old.parquet", "new.parquet", "--key", "id", "--format", "text"]).stdout
    )
    assert "*-1.5*" in text and "likely cause: price: sign" in text and "Airflow" not in text


def test_a_glob_is_one_table_whatever_its_files_are_called(place: Path) -> None:
    parquet("a/part-0.parquet", id=[1, 2])
    parquet("a/part-1.parquet", id=[3])
    parquet("b/x.parquet", id=[3, 2, 1])
    assert compare("a/*.parquet", "b/*.parquet")[0] == 0
    parquet("b/y.parquet", id=[3])
    assert compare("a/*.parquet", "b/x.parquet")[0] == 0
    assert compare("a/*.parquet", "b/*.parquet")[0] == 1
    parquet("a/part-2.parquet", id=["4"])
    assert compare("a/*.parquet", "b/*.parquet")[1]["verdict"] == "not comparable"


def test_csv_files_of_a_glob_are_one_table_and_need_one_header(place: Path) -> None:
    for name, text in {"a1": "id,x\n1,a\n", "a2": "id,x\n2,b\n", "b1": "x,id\nb,2\na,1\n"}.items():
        Path(f"{name}.csv").write_text(text)
    assert compare("a*.csv", "b*.csv")[0] == 0
    Path("a3.csv").write_text("id,y\n")
    assert compare("a*.csv", "b*.csv")[1]["verdict"] == "not comparable"


def test_folders_are_compared_file_by_file(place: Path) -> None:
    for side in ("a", "b"):
        orders(f"{side}/sub/orders.parquet")
        Path(side, "notes.json").write_text('{"x": 1}')
        Path(side, "_SUCCESS").write_text(side)
    assert compare("a", "b")[0] == 0
    Path("b/notes.json").write_text('{"x": 1.0}')
    orders("b/more.parquet")
    status, result = compare("a", "b")
    assert status == 1
    assert {item["name"]: item["verdict"] for item in result["items"]} == {
        "more.parquet": "extra",
        "notes.json": "different",
        "sub/orders.parquet": "equal",
    }


def test_a_table_of_a_duckdb_file_equals_its_export(place: Path) -> None:
    with duckdb.connect("lake.db") as lake:
        lake.execute("CREATE TABLE orders AS SELECT i AS id, i / 2 AS half FROM range(5) t(i)")
        lake.execute("COPY orders TO 'orders.parquet' (FORMAT parquet)")
        lake.execute("CREATE VIEW shown AS SELECT * FROM orders ORDER BY id DESC")
    assert compare("duckdb:///lake.db#orders", "duckdb:///lake.db#main.shown")[0] == 0
    query = "duckdb:///lake.db?query=SELECT id, half FROM orders WHERE id < 4"
    assert compare("duckdb:///lake.db#orders", query)[1]["items"][0]["counts"]["missing"] == 1


def test_run_records_are_compared_with_the_options_of_a_person(place: Path) -> None:
    for side, net in {"a": 1.0, "b": 1.01}.items():
        task = TaskRecord("sum", -1, "success", 1, {"return_value": Json({"net": net})})
        record.write(
            Record(place / side, "airflow", "2.11.2", "orders", "r", DAY[0], DAY, "success", (task,))
        )
    assert compare("a", "b")[0] == 1
    assert compare("a", "b", "--tolerance", "net=rel:0.1")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["a.parquet", "no.parquet"], "no such file", id="no file"),
        pytest.param(["a.parquet", "a.parquet", "a.parquet"], "stands in quotes", id="three things"),
        pytest.param(["a.parquet", "a.parquet", "--tolerance", "id"], "COLUMN=GAP", id="no gap"),
        pytest.param(["a.parquet", "a.parquet", "--tolerance", "id=near:1"], "near:1", id="no such gap"),
        pytest.param(["a.parquet", "a.parquet", "--memory", "much"], "a size such as 2GB", id="no size"),
        pytest.param(["a.parquet", "folder"], "a folder is compared with a folder", id="a file and a folder"),
        pytest.param(["a.parquet", "duckdb:///a.db"], "#table", id="no table"),
        pytest.param(["project", "--key", "id"], "compare needs PROJECT", id="a key for DAGs"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(place: Path, words: list[str], said: str) -> None:
    orders("a.parquet")
    Path("folder").mkdir()
    with pytest.raises(UsageError, match=said):
        compare(*words)


def test_a_key_that_nobody_has_is_no_pass(place: Path) -> None:
    orders("a.parquet")
    orders("longer.parquet")
    assert compare("a.parquet", "longer.parquet", "--key", "idd")[1]["verdict"] == "not comparable"
