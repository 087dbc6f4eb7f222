"""Code that lies beside the scanned folder is named, so that the folder above gets scanned."""

from pathlib import Path

import pytest

from migrator.survey import Survey

DAG = """
from datetime import datetime
from airflow import DAG
from airflow.operators.empty import EmptyOperator
{import_}
with DAG("{name}", start_date=datetime(2024, 1, 1)):
    EmptyOperator(task_id="a")
"""


def told(folder: Path) -> list[tuple[str, str | None, str]]:
    with Survey([folder]) as survey:
        return [(f["file"], f["dag_id"], f["message"]) for f in survey.findings() if f["code"] == "SC090"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "include/helpers.py": "MODELS = ['a']\n",
        "plugins/own_operators.py": "",
        "empty/readme.txt": "",
        "dags/a.py": DAG.format(name="a", import_="from include.helpers import MODELS\nimport own_operators"),
        "dags/b.py": DAG.format(name="b", import_="import include, pandas, empty, shared"),
        "dags/shared.py": "",
        "shared.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_packages_beside_the_folder_are_named_once(project: Path) -> None:
    assert told(project / "dags") == [
        ("a.py", "a", "imports include, which is not in the scanned folder but in ../include, as 1 more do"),
        (
            "a.py",
            "a",
            "imports own_operators, which is not in the scanned folder but in ../plugins/own_operators",
        ),
    ]


def test_a_scan_of_the_whole_project_names_none(project: Path) -> None:
    assert told(project) == []


def test_nothing_is_looked_for_outside_of_a_repository(project: Path) -> None:
    (project / "dags" / ".git").mkdir()
    assert told(project / "dags") == []
