"""The same DAGs give the same bytes, whatever the machine; what cannot be written is refused before anything is."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from migrator.cli import group
from migrator.errors import UsageError

DAGS = Path(__file__).parent / "dags"
DAG = """
from airflow.decorators import dag, task
from datetime import datetime

@dag(dag_id={dag_id!r}, start_date=datetime(2024, 1, 1), schedule=None)
def made():
    @task
    def rows():
        return [1, 2]

    rows()

made()
"""


def convert(*words: object) -> str:
    done = CliRunner().invoke(group, ["convert", *map(str, words), "--no-verify"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def bytes_of(project: Path) -> dict[str, bytes]:
    files = (p for p in project.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(project).as_posix(): p.read_bytes() for p in files}


def in_process(out: Path, *options: str, **environment: str) -> dict[str, bytes]:
    words = [
        sys.executable,
        "-m",
        "migrator",
        "convert",
        str(DAGS),
        "--out",
        str(out),
        "--no-verify",
        *options,
    ]
    subprocess.run(words, check=True, capture_output=True, env=os.environ | environment)
    return bytes_of(out)


def test_other_processes_locales_hash_seeds_and_runs_give_the_same_bytes(tmp_path: Path) -> None:
    one = in_process(tmp_path / "a" / "shop", "--jobs", "1", PYTHONHASHSEED="1", LC_ALL="C.UTF-8")
    other = in_process(
        tmp_path / "b" / "shop", "--jobs", "3", PYTHONHASHSEED="2", LC_ALL="tr_TR.UTF-8", TZ="Asia/Tokyo"
    )
    assert one == other
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "a/shop").rglob("*.py")}
    assert in_process(tmp_path / "a" / "shop", PYTHONIOENCODING="ascii") == one
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "a/shop").rglob("*.py")} == stamps


def many(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"dag_{number:04}.py").write_text(DAG.format(dag_id=f"dag_{number:04}"))
    return folder


def test_processes_share_the_files_and_the_output_is_that_of_one(tmp_path: Path) -> None:
    dags = many(tmp_path / "dags", 60)
    (dags / "dag_0007.py").write_text(DAG.format(dag_id="dag__0007") + "\n# " + "x" * 100)
    (dags / "broken.py").write_text("from airflow import DAG\nDAG('a'\n")
    for jobs in (1, 2, 3):
        convert(dags, "--out", tmp_path / str(jobs) / "shop", "--jobs", jobs)
    one, two, three = (bytes_of(tmp_path / str(jobs) / "shop") for jobs in (1, 2, 3))
    assert one == two == three and len([p for p in one if p.startswith("defs/dag_")]) == 60


def test_levels_are_asked_for_on_the_command_line_and_the_plan_counts_more(tmp_path: Path) -> None:
    dags = many(tmp_path / "dags", 3)
    plan = tmp_path / "migrate.yaml"
    plan.write_text("version: 1\ndags:\n  dag_0001: {level: asset}\n")
    convert(dags, "--out", tmp_path / "shop", "--level", "job", "--plan", plan)
    found = dict(
        re.findall(
            r'"(dag_\d+)": \{\s+"file": .*\s+"job": .*\s+"level": "(\w+)"',
            (tmp_path / "shop/migration.json").read_text(),
        )
    )
    assert found == {"dag_0000": "job", "dag_0001": "asset", "dag_0002": "job"}
    convert(dags, "--out", tmp_path / "shop", "--level", "lift", "--dag", "dag_0002")
    text = (tmp_path / "shop/migration.json").read_text()
    assert '"level": "lift"' in text and '"level": "job"' in text


def test_a_test_file_that_was_edited_stays(tmp_path: Path) -> None:
    dags, out = many(tmp_path / "dags", 2), tmp_path / "shop"
    convert(dags, "--out", out)
    tests = out / "tests/test_dag_0001.py"
    tests.write_text(tests.read_text() + "\n\ndef test_ours():\n    assert True\n")
    (dags / "dag_0001.py").write_text(DAG.format(dag_id="dag_0001").replace("rows", "lines"))
    assert "kept, as it was edited" in convert(dags, "--out", out)
    assert "test_ours" in tests.read_text() and "lines" in (out / "defs/dag_0001.py").read_text()


def test_nothing_is_written_where_there_is_no_dag(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags/notes.py").write_text("print('no DAG')\n")
    with pytest.raises(UsageError, match="there is no DAG in"):
        convert(tmp_path / "dags", "--out", tmp_path / "shop")
    assert not (tmp_path / "shop").exists()


def test_a_project_is_not_emptied_by_a_folder_without_dags(tmp_path: Path) -> None:
    dags, out = many(tmp_path / "dags", 2), tmp_path / "shop"
    convert(dags, "--out", out)
    before = bytes_of(out)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="there is no DAG in"):
        convert(tmp_path / "empty", "--out", out)
    assert bytes_of(out) == before


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("dags/shop", "is inside of .*dags, where Airflow would read it"),
        ("dags", "is inside of"),
        ("file/shop", "file is not a folder"),
        ("class", "no name for a Python package"),
        ("json", "hides the module json"),
    ],
)
def test_a_place_that_cannot_be_is_refused(tmp_path: Path, place: str, message: str) -> None:
    dags = many(tmp_path / "dags", 1)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match=message):
        convert(dags, "--out", tmp_path / place)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dags", "file"]


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    dags = many(tmp_path / "dags", 1)
    with pytest.raises(UsageError, match="cannot be written"):
        convert(dags, "--out", "/proc/shop")
