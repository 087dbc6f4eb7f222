"""The resources answer each call as Airflow's hooks do, on a real PostgreSQL and a server of S3's interface."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from hook_oracle import Call, answers

from migrator.runtime.databases import Database, fetch_all, fetch_one
from migrator.runtime.object_store import ObjectStore
from migrator.services import ObjectStore as Store
from migrator.services import Server

ROOT = Path(__file__).parent.parent.parent
AIRFLOWS = {
    "Airflow 2": sys.executable,
    "Airflow 3": os.environ.get("MIGRATE_AIRFLOW3_PYTHON") or str(ROOT / ".venv-airflow3" / "bin" / "python"),
}
HANDLERS = {"all": fetch_all, "one": fetch_one}


def call(method: str, *arguments: Any, **keywords: Any) -> Call:
    return method, list(arguments), keywords


ROWS = [[1, "a", 10], [2, "it's 100 %", 20], [3, None, 30]]
COUNT = call("get_first", "SELECT count(*) FROM sales.t")
QUERIES = [
    call("run", "DROP SCHEMA IF EXISTS sales CASCADE; CREATE SCHEMA sales"),
    call(
        "run", 'CREATE TABLE sales.t (id int PRIMARY KEY, name text, "order" int, at timestamptz, body jsonb)'
    ),
    call(
        "insert_rows", "sales.t", ROWS, target_fields=["id", "name", "order"], commit_every=2
    ),  # a reserved word
    call("get_records", 'SELECT id, name, "order" FROM sales.t ORDER BY id'),
    call("insert_rows", "sales.t", [[3, "c", 33]], ["id", "name", "order"], replace=True, replace_index="id"),
    call(
        "insert_rows", "sales.t", [[2, "b", 22]], ["id", "name", "order"], replace=True
    ),  # by the primary key
    call(
        "insert_rows",
        "sales.t",
        [[2, "x"]],
        ["id", "name"],
        replace=True,
        replace_index=["id"],
        replace_target=[],
    ),
    call("insert_rows", "sales.t", [[9, "x"]], replace=True),  # without columns
    call("insert_rows", "sales.t", [[4, "d", 1, "2024-03-31T02:30:00+02:00", None]]),
    call("insert_rows", "sales.t", []),
    call("get_records", "SELECT * FROM sales.t ORDER BY id"),
    call("get_first", "SELECT name FROM sales.t WHERE id = %s", parameters=[2]),
    call("get_first", "SELECT name FROM sales.t WHERE id = %(id)s", parameters={"id": 99}),
    call("get_records", "SELECT 1 WHERE 'ab' LIKE 'a%'"),  # no parameters, so % is %
    call("get_records", "SELECT 1 WHERE 'ab' LIKE 'a%%' AND 1 = %s", parameters=[1]),
    call("run", "SELECT 1"),  # no handler, no value
    call("run", "SELECT 1 WHERE false", handler="all"),
    call("run", "CREATE TABLE sales.empty ()", handler="all"),
    call("run", ["SELECT 1", "SELECT 2"], handler="all"),
    call("run", ["SELECT 1"], handler="one", return_last=False),
    call("run", "SELECT 1; -- a comment\nSELECT ';'", handler="all", split_statements=True),
    call("run", "SELECT 1; SELECT 2", handler="one", split_statements=True, return_last=False),
    call("run", "  "),
    call("run", [], handler="all"),
    call("run", ["DELETE FROM sales.t", "SELECT 1 / 0"]),
    COUNT,  # nothing was deleted
    call("run", ["DELETE FROM sales.t WHERE id = 1", "SELECT 1 / 0"], autocommit=True),
    COUNT,  # but here
    call("run", "VACUUM sales.t"),
    call("run", "VACUUM sales.t", autocommit=True),
    call("run", "CREATE TEMP TABLE passing (id int)"),
    call("run", "CREATE TEMP TABLE passing (id int)"),  # a new session has none
    call("run", "SET search_path TO sales"),
    call("get_first", "SHOW search_path"),
    call("get_first", "SELECT pg_advisory_lock(7)"),
    call("get_first", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
    call("get_records", "SELECT nowhere"),
    COUNT,
]
OBJECTS = [
    call("check_for_bucket", "no-such-bucket"),
    call("check_for_bucket", "{bucket}"),
    call("check_for_key", "a.txt", "{bucket}"),
    call("load_string", "Größe", "a.txt", "{bucket}"),
    call("load_string", "other", "a.txt", "{bucket}"),  # it is there already
    call("read_key", "a.txt", "{bucket}"),
    call("load_string", "Größe", "a.txt", "{bucket}", replace=True, encoding="latin-1"),
    call("read_key", "a.txt", "{bucket}"),  # which is no UTF-8
    call("load_string", "x", "s3://{bucket}/by/address.txt"),
    call("load_string", "x", "s3://{bucket}/by/address.txt", "{bucket}"),  # then the address is the key
    call("read_key", "s3://{bucket}/by/address.txt"),
    call("load_string", "x", "packed.gz", "{bucket}", compression="gzip"),
    call("load_string", "x", "packed.zip", "{bucket}", compression="zip"),
    call("load_file", __file__, "file.py", bucket_name="{bucket}", encrypt=True),
    call("load_file", __file__, "file.py", bucket_name="{bucket}"),
    call("load_file", "/no/such/file", "none", "{bucket}"),
    call("list_keys", "{bucket}"),
    call("list_keys", "{bucket}", prefix="by/"),
    call("list_keys", "{bucket}", prefix="*.t?t"),
    call("list_keys", "{bucket}", prefix="*a*.txt", apply_wildcard=True),
    call("list_keys", "{bucket}", delimiter="/"),
    call("list_keys", "{bucket}", max_items=2),
    call("list_keys", "{bucket}", start_after_key="b"),
    call("list_keys", "{bucket}", prefix="none"),
    call("list_prefixes", "{bucket}", delimiter="/"),
    call("check_for_wildcard_key", "*.py", "{bucket}"),
    call("check_for_wildcard_key", "s3://{bucket}/by/*"),
    call("check_for_wildcard_key", "*.csv", "{bucket}"),
    call("get_wildcard_key", "by/*", "{bucket}"),
    call("get_key", "a.txt", "{bucket}"),
    call("get_key", "none", "{bucket}"),
    call("read_key", "none", "{bucket}"),
    call("delete_objects", "{bucket}", "file.py"),
    call("delete_objects", "{bucket}", ["a.txt", "none"]),
    call("delete_objects", "{bucket}", []),
    call("list_keys", "{bucket}"),
]


def in_airflow(python: str, calls: Sequence[Call], folder: Path, **env: str) -> list[str]:
    (folder / "calls.json").write_text(json.dumps(calls), encoding="utf-8")
    command = [python, str(Path(__file__).parent / "hook_oracle.py"), str(folder / "calls.json")]
    whole = {**os.environ, "AIRFLOW_HOME": str(folder), **env}
    done = subprocess.run(command, env=whole, capture_output=True, text=True)
    assert "ANSWERS" in done.stdout, done.stderr[-3000:]
    found: list[str] = json.loads(done.stdout.partition("ANSWERS")[2])
    return found


def same(calls: Sequence[Call], left: Sequence[str], right: Sequence[str]) -> None:
    told = [(one, a, b) for one, a, b in zip(calls, left, right, strict=True) if a != b]
    assert told == []


@pytest.mark.parametrize("airflow", AIRFLOWS)
def test_a_database_answers_as_the_hook_does(airflow: str, postgres: Server, tmp_path: Path) -> None:
    url = postgres.url(f"hooks_{airflow[-1]}", driver="")
    told = in_airflow(AIRFLOWS[airflow], QUERIES, tmp_path, AIRFLOW_CONN_SHOP=url)
    database = Database(connection=url)
    try:
        same(
            QUERIES, [plain(text) for text in told], [plain(t) for t in answers(database, QUERIES, HANDLERS)]
        )
    finally:
        database.close()


def plain(text: str) -> str:
    """Two drivers have two classes for a time zone."""
    return re.sub(r"tzinfo=[^)]*\)+", "tzinfo)", text)


@pytest.mark.parametrize("airflow", AIRFLOWS)
def test_a_store_answers_as_the_hook_does(airflow: str, s3: Store, tmp_path: Path) -> None:
    extra = {"endpoint_url": s3.endpoint_url, "region_name": s3.region}
    connection = json.dumps({"conn_type": "aws", "login": "test", "password": "test", "extra": extra})
    store = ObjectStore(connection=connection)
    bucket = f"hooks-{airflow[-1]}"
    calls = json.loads(json.dumps(OBJECTS).replace("{bucket}", bucket))
    store.get_conn().create_bucket(Bucket=bucket)
    told = in_airflow(AIRFLOWS[airflow], calls, tmp_path, AIRFLOW_CONN_LAKE=connection)
    left = store.list_keys(bucket)
    store.delete_objects(bucket, left)
    same(calls, told, answers(store, calls, {}))
    assert store.list_keys(bucket) == left


def test_a_connection_that_is_handed_out_is_open_until_the_run_ends(postgres: Server) -> None:
    url = postgres.url("hooks_of_run", driver="")
    opened = []

    @dg.op
    def look(shop: Database) -> None:
        opened.append(shop.get_conn())
        assert shop.get_first("SELECT 1") == (1,)
        assert not opened[0].closed

    @dg.job(resource_defs={"shop": Database(connection=url)})
    def looking() -> None:
        look()

    looking.execute_in_process()
    assert opened[0].closed


def test_a_part_of_a_connection_without_a_form_here_is_an_error() -> None:
    with pytest.raises(dg.Failure, match="iam"):
        Database(connection='{"conn_type": "postgres", "extra": {"iam": true}}').get_first("SELECT 1")
    with pytest.raises(dg.Failure, match="mysql"):
        Database(connection="mysql://host/shop").get_first("SELECT 1")
    with pytest.raises(dg.Failure, match="role_arn"):
        ObjectStore(connection='{"conn_type": "aws", "extra": {"role_arn": "x"}}').get_conn()
