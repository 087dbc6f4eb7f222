"""Places on servers that a side of a comparison has to itself: real PostgreSQL, and moto's server of S3's interface."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import psycopg2
import pytest

from migrator.errors import UsageError
from migrator.parity.places import Places
from migrator.parity.sandbox import Sandbox
from migrator.plan import SandboxPlan
from migrator.runtime.databases import Database
from migrator.services import ObjectStore, Server

TABLE = "CREATE TABLE \"odd/name\" AS SELECT 1 AS id, NULL::text AS none, '' AS empty"


@pytest.fixture
def store(s3: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    for name, text in s3.env.items():
        monkeypatch.setenv(name, text)
    return s3


@pytest.fixture
def url(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    found = postgres.url("places", driver="")
    monkeypatch.setenv("SHOP_SERVER", found)
    return found


def schemas(url: str) -> set[str]:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'migrate%'")
        found = {name for (name,) in cursor.fetchall()}
    connection.close()
    return found


def execute(url: str, *statements: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def test_a_side_has_a_schema_while_it_runs_and_its_tables_are_files(url: str, tmp_path: Path) -> None:
    plan = SandboxPlan(database="env:SHOP_SERVER", env={"ADDRESS": "{database}", "NAME": "{schema}"})
    sandbox = Sandbox(tmp_path / "sandbox", None, plan)
    given = sandbox.environment()
    with sandbox.fresh(tmp_path / "left") as here:
        assert schemas(url) == {given["NAME"]}
        execute(given["ADDRESS"], TABLE)  # no word about the schema
        sandbox.places.bring_in()
        assert (here / "database" / "odd%2Fname.csv").read_text() == "id,none,empty\n1,\\N,\n"
    assert schemas(url) == set()
    assert (tmp_path / "left" / "database" / "odd%2Fname.csv").exists()


def test_the_next_side_finds_nothing_of_the_one_before_even_if_that_was_killed(
    url: str, tmp_path: Path
) -> None:
    places = Places(SandboxPlan(database="env:SHOP_SERVER"), tmp_path)
    places.prepare({})
    execute(places.values["database"], TABLE)
    again = Places(SandboxPlan(database="env:SHOP_SERVER"), tmp_path)
    again.prepare({})
    again.bring_in()
    again.remove()
    assert not (tmp_path / "database").exists() and schemas(url) == set()


@pytest.mark.parametrize("statement", ['SELECT * FROM "odd/name"', "CREATE TABLE other (id int)"])
def test_a_transaction_that_a_task_has_left_open_does_not_keep_the_schema(
    statement: str, url: str, tmp_path: Path
) -> None:
    places = Places(SandboxPlan(database="env:SHOP_SERVER"), tmp_path)
    places.prepare({})
    execute(places.values["database"], TABLE)
    left_open = psycopg2.connect(places.values["database"])
    left_open.cursor().execute(statement)
    places.remove()
    assert schemas(url) == set()
    left_open.close()


def test_airflows_form_of_the_address_leads_there_for_every_way_of_a_hook(url: str, tmp_path: Path) -> None:
    places = Places(SandboxPlan(database="env:SHOP_SERVER"), tmp_path)
    places.prepare({})
    shop = Database(connection=places.values["connection"])
    shop.run("CREATE TABLE here (id int)")
    try:
        assert shop.get_first("SELECT current_schema()") == (places.own_name,)
        with shop.get_sqlalchemy_engine().connect() as own:
            assert own.exec_driver_sql("SELECT current_schema()").scalar() == places.own_name
        assert json.loads(places.values["connection"])["conn_type"] == "postgres"
    finally:
        shop.close()
        places.remove()


def test_comparisons_in_two_folders_do_not_meet(url: str, tmp_path: Path) -> None:
    plan = SandboxPlan(database="env:SHOP_SERVER", store="aws")
    one, two = Places(plan, tmp_path / "one"), Places(plan, tmp_path / "two")
    assert not {one.values[name] for name in ("schema", "bucket", "duckdb")} & set(two.values.values())


def objects(store: ObjectStore) -> Iterator[str]:
    for bucket in boto3.resource("s3", endpoint_url=store.endpoint_url).buckets.all():
        if bucket.name.startswith(("migrate-", "places-")):
            yield f"{bucket.name}/"
            yield from (f"{bucket.name}/{one.key}" for one in bucket.objects.all())


@pytest.mark.parametrize("within", [None, "places-that-stay"], ids=["a bucket", "a prefix"])
def test_a_side_has_a_bucket_or_a_prefix_while_it_runs(
    within: str | None, store: ObjectStore, tmp_path: Path
) -> None:
    client = boto3.client("s3", endpoint_url=store.endpoint_url)
    if within:
        client.create_bucket(Bucket=within)
        client.put_object(Bucket=within, Key="of others", Body=b"stays")
    places = Places(SandboxPlan(store="env:AWS_ENDPOINT_URL", bucket=within), tmp_path)
    before = list(objects(store))
    places.prepare({})
    for key in ("day/report.csv", "day", "a/../b", "folder/"):
        client.put_object(
            Bucket=places.values["bucket"], Key=places.values["prefix"] + key, Body=key.encode()
        )
    places.bring_in()
    places.remove()
    saved = {p.relative_to(tmp_path / "bucket").as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert saved == {"day/report.csv", "day%", "a/%2E%2E/b", "folder/%2F"}
    assert list(objects(store)) == before


def test_what_needs_a_server_that_is_not_named_is_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_SERVER", raising=False)
    env = {"ADDRESS": "{database}", "FOLDER": "{sandbox}", "BUCKET": "{bucket}", "JSON": '{"a": "{duckdb}"}'}
    plan = SandboxPlan(database="env:SHOP_SERVER", setup=("false {schema}",), env=env)
    sandbox = Sandbox(tmp_path / "sandbox", None, plan)
    assert sandbox.places.told == (
        "sandbox: without ADDRESS, BUCKET, `false {schema}`: "
        "SHOP_SERVER is not set and no server for {bucket or prefix}"
    )
    given = sandbox.environment()
    assert given["FOLDER"] == str(tmp_path / "sandbox") and not {"ADDRESS", "BUCKET"} & set(given)
    assert json.loads(given["JSON"]) == {"a": str(tmp_path / "sandbox" / "own.duckdb")}
    with sandbox.fresh(tmp_path / "left"):
        pass


@pytest.mark.parametrize(
    ("setup", "message"),
    [
        ("python -c \"import sys; sys.exit('no {database}')\"", "ended with 1: no postgresql://places:***@"),
        ("no-such-program {schema}", "cannot be started"),
    ],
)
def test_a_command_that_fails_is_told_without_a_password(
    setup: str, message: str, url: str, tmp_path: Path
) -> None:
    sandbox = Sandbox(tmp_path / "sandbox", None, SandboxPlan(database="env:SHOP_SERVER", setup=(setup,)))
    with pytest.raises(UsageError) as raised, sandbox.fresh(tmp_path / "left"):
        pass
    assert message in str(raised.value) and schemas(url) == set()


def test_a_server_that_refuses_is_told(tmp_path: Path) -> None:
    plan = SandboxPlan(database="postgresql://127.0.0.1:1/shop")
    with pytest.raises(UsageError, match=r"sandbox\.database: .*refused"):
        Places(plan, tmp_path).prepare({})
