"""A path in an object store does what Airflow's own does; its connection is read when it is needed, and not before."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from migrator.runtime.connections import Connection
from migrator.runtime.object_storage import ObjectStoragePath, options_of

S3 = "s3://lake@bucket/raw/orders.csv"
# What is asked of both: `here` is a folder, `far` a path in a bucket, `kind` the class.
ASKED = (
    "str(here / 'a' / 'b.csv').endswith('/a/b.csv')",
    "str(far)",
    "str(far.parent / 'c.csv')",
    "str(kind('s3://bucket/x', conn_id='lake') / 'y')",
    "str(kind('s3://bucket', 'x', 'y'))",
    "[far.name, far.stem, far.suffix, far.key, far.protocol, far.path]",
    "[str(far.with_name('z')), str(far.with_suffix('.gz')), str(far.joinpath('p', 'q'))]",
    "[here.bucket, here.namespace, here.protocol]",
    "[far == kind(str(far)), far == kind('s3://bucket/raw/orders.csv'), hash(far) == hash(str(far))]",
    "[far.samestore(far.parent), far.samestore(here)]",
    "(here / 'a.txt').write_text('hello')",
    "(here / 'a.txt').read_text()",
    "[(here / 'a.txt').exists(), (here / 'b.txt').exists(), here.is_dir(), (here / 'a.txt').is_file()]",
    "(here / 'sub' / 'deep').mkdir(parents=True, exist_ok=True)",
    "(here / 'sub' / 'b.txt').open('wb').write(b'12345')",
    "sorted(p.name for p in here.iterdir())",
    "[type(p).__name__ for p in here.glob('*.txt')]",
    "sorted(p.name for p in here.rglob('*.txt'))",
    "[(here / 'a.txt').size(), (here / 'a.txt').stat().st_size]",
    "(here / 'a.txt').read_block(1, 3).decode()",
    "(here / 'a.txt').copy(here / 'c.txt')",
    "(here / 'c.txt').move(here / 'd.txt')",
    "(here / 'd.txt').replace(here / 'e.txt').name",
    "sorted(p.name for p in here.iterdir())",
    "(here / 'e.txt').unlink()",
    "sorted(p.name for p in sorted([here / 'b', here / 'a']))",
)
ASK = """
import json, sys
from airflow.io.path import ObjectStoragePath as kind
here, far = kind("file://" + sys.argv[1]), kind(sys.argv[2])
print("ANSWERS" + json.dumps([eval(asked) for asked in json.loads(sys.argv[3])]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    folder = tmp_path_factory.mktemp("theirs")
    env = {**os.environ, "AIRFLOW_HOME": str(tmp_path_factory.mktemp("home"))}
    command = [sys.executable, "-c", ASK, str(folder), S3, json.dumps(ASKED)]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert "ANSWERS" in done.stdout, done.stderr[-3000:]
    found: list[Any] = json.loads(done.stdout.partition("ANSWERS")[2])
    return found


def test_it_answers_as_that_of_airflow(answers: list[Any], tmp_path: Path) -> None:
    given = {
        "kind": ObjectStoragePath,
        "here": ObjectStoragePath(f"file://{tmp_path}"),
        "far": ObjectStoragePath(S3),
    }
    ours = [eval(asked, dict(given)) for asked in ASKED]
    assert dict(zip(ASKED, ours, strict=True)) == dict(zip(ASKED, answers, strict=True))


def test_a_path_goes_from_step_to_step_without_what_its_connection_holds() -> None:
    path = ObjectStoragePath(S3)
    assert pickle.loads(pickle.dumps(path)) == path and pickle.dumps(path).count(b"lake") == 1


def test_its_connection_is_read_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_LAKE", raising=False)
    path = ObjectStoragePath(S3).parent / "a.csv"
    with pytest.raises(dg.Failure, match="AIRFLOW_CONN_LAKE"):
        path.exists()


@pytest.mark.parametrize(
    ("protocol", "held", "options"),
    [
        ("s3", {"login": "ada", "password": "x"}, {"key": "ada", "secret": "x"}),
        (
            "s3",
            {"extra": {"endpoint_url": "http://here:9000", "region_name": "eu"}},
            {"client_kwargs": {"endpoint_url": "http://here:9000", "region_name": "eu"}},
        ),
        ("gs", {"extra": {"keyfile_dict": '{"type": "a"}'}}, {"token": {"type": "a"}}),
        ("abfs", {"login": "ada", "password": "x"}, {"account_name": "ada", "account_key": "x"}),
        ("file", {"login": "ada"}, {}),
    ],
)
def test_what_a_connection_holds_is_for_its_store(
    protocol: str, held: dict[str, Any], options: dict[str, Any]
) -> None:
    extra = json.dumps(held.pop("extra")) if "extra" in held else None
    assert options_of(protocol, Connection("lake", extra=extra, **held)) == options


@pytest.mark.parametrize(("protocol", "extra"), [("hdfs", {}), ("s3", {"role_arn": "a"})])
def test_what_is_not_known_of_a_store_is_an_error(protocol: str, extra: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="lake"):
        options_of(protocol, Connection("lake", extra=json.dumps(extra)))
