"""Files that a DAG reads beside itself move along, and are found again from the new place."""

import importlib
import os
import sys
from pathlib import Path

import dagster as dg
import pytest

from migrator import plan as plans
from migrator.convert import convert_project
from migrator.convert.data_files import MOST, DataFiles, data_files
from migrator.convert.source import Source
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.phase_one.lifts import lifts
from migrator.scan import scan
from migrator.scan.folder import Folder

DAG = """
import os
from datetime import datetime
from pathlib import Path
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from helpers.queries import query

HERE = os.path.dirname(os.path.abspath(__file__))


def read(name):
    with open(os.path.join(HERE, "sql", name)) as file:
        return file.read() + query() + str(Path(__file__).name)


with DAG("reads", start_date=datetime(2024, 1, 1), schedule=None):
    PythonOperator(task_id="read", python_callable=read, op_args=["a.sql"]) >> BashOperator(
        task_id="run", bash_command=f"{HERE}/scripts/run.sh now"
    )
"""
FILES = {
    "dags/reads.py": DAG,
    "dags/sql/a.sql": "select 1;",
    "dags/sql/deep/b.sql": "select 2;",
    "dags/sql/code.py": "raise SystemExit",
    "dags/scripts/run.sh": '#!/bin/sh\necho "ran $1"\n',
    "dags/other.csv": "not named anywhere",
    "dags/helpers/queries.py": "from pathlib import Path\n\n\ndef query():\n"
    "    return (Path(__file__).parent / 'q.txt').read_text()\n",
    "dags/helpers/q.txt": "from t",
}


def write_files(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def found(root: Path, text: str, files: dict[str, str]) -> DataFiles:
    write_files(root, files)
    return data_files(Source(text), "dags/x.py", Folder(root))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project, _ = scan([write_files(tmp_path_factory.mktemp("repository"), FILES)])
    conversion = convert_project(project, plans.Plan(), lifts(project, None), name="placed")
    out = tmp_path_factory.mktemp("out") / "placed"
    write(out, format_files(conversion.files), conversion.manifest)
    return out


def test_what_is_named_comes_along_and_nothing_else(out: Path) -> None:
    copied = {str(p.relative_to(out / "lib")) for p in (out / "lib").rglob("*") if p.is_file()}
    assert copied == {
        "__init__.py",
        "dags/__init__.py",
        "dags/sql/a.sql",
        "dags/sql/deep/b.sql",
        "dags/scripts/run.sh",
        "dags/helpers/__init__.py",
        "dags/helpers/queries.py",
        "dags/helpers/q.txt",
    }


def test_a_script_can_still_be_started(out: Path) -> None:
    assert os.access(out / "lib/dags/scripts/run.sh", os.X_OK)
    assert not os.access(out / "lib/dags/sql/a.sql", os.X_OK)


def test_the_converted_dag_finds_its_files(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(out.parent))
    try:
        module = importlib.import_module("placed.defs.dags__reads")
        result = dg.materialize(module.defs.assets)
        assert result.output_for_node("reads__read") == "select 1;from treads.py"
        assert result.output_for_node("reads__run") == "ran now"
    finally:
        for name in [n for n in sys.modules if n.split(".")[0] == "placed"]:
            del sys.modules[name]


def test_names_folders_patterns_and_places_above_are_found(tmp_path: Path) -> None:
    files = {"dags/a.yaml": "", "dags/b.yaml": "", "dags/c/d.txt": "", "config/e.json": "", "dags/f.md": ""}
    assert found(tmp_path, "__file__, '*.yaml'", files).paths == ("dags/a.yaml", "dags/b.yaml")
    assert found(tmp_path, "__file__, 'c'", files).paths == ("dags/c/d.txt",)
    assert found(tmp_path, "__file__, '..', 'config', 'e.json'", files).paths == ("config/e.json",)
    assert found(tmp_path, "f'{__file__}/../f.md'", files).paths == ("dags/f.md",)


def test_a_module_that_does_not_ask_for_its_place_brings_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, "open('a.yaml')", {"dags/a.yaml": ""}) == DataFiles()


@pytest.mark.parametrize(
    ("text", "files", "why"),
    [
        ("__file__", {}, "what it reads there is not seen"),
        ("__file__, '/', '..', '*'", {"dags/a.txt": ""}, "what it reads there is not seen"),
        (
            "__file__, 'c'",
            {"dags/c/.env.prod": "", "dags/c/key.pem": ""},
            "dags/c/key.pem, which looks as if",
        ),
        ("__file__, '.env'", {"dags/.env": "PASSWORD=x"}, "dags/.env, which looks as if it holds secrets"),
        (
            "__file__, 'many'",
            {f"dags/many/{n}": "" for n in range(MOST + 1)},
            f"it may read {MOST + 1} files",
        ),
    ],
)
def test_what_cannot_be_told_or_must_not_be_copied_says_why(
    tmp_path: Path, text: str, files: dict[str, str], why: str
) -> None:
    assert why in found(tmp_path, text, files).problem


def test_what_is_no_text_is_not_copied(tmp_path: Path) -> None:
    write_files(tmp_path, {"dags/x.txt": ""})
    (tmp_path / "dags/x.bin").write_bytes(b"\xff\x00\xfe")
    assert "which is no text" in found(tmp_path, "__file__, 'x.bin'", {}).problem
