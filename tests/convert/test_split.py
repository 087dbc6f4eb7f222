"""Modules of which a part needs Airflow: the functions that tasks call move along without it, and still work."""

import importlib
import sys
from pathlib import Path

import dagster as dg
import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

FACTORY = '''"""Makes DAGs."""

import json
from datetime import datetime
from functools import partial

from airflow import DAG
from airflow.decorators import task
from airflow.models import TaskInstance, Variable
from airflow.operators.python import PythonOperator

from include import text, waits
from include.waits import LONG, until

LIMIT = int(Variable.get("limit", default_var=3))
OPERATORS = {"python": PythonOperator}
__all__ = ["Builder", "load"]


def load(table: str, ti: TaskInstance = None) -> str:
    """Loads a table."""
    return f"{text.clean(table)}:{LIMIT}:{LONG}"


# Only Airflow has this one.
def wait(table):
    return until(table)


@task
def count(rows):
    return json.dumps(len(rows))


CALLS = {"load": load, "wait": wait}
NAMES = {"load": load}


class Builder:
    """One DAG."""

    def __init__(self, name):
        self.name = name

    def build(self):
        with DAG(self.name, start_date=datetime(2024, 1, 1), schedule=None) as dag:
            make = partial(OPERATORS["python"], op_args=[" Orders "])
            first = make(task_id="load", python_callable=NAMES["load"])
            make(task_id="wait", python_callable=CALLS["wait"])
            count(first.output)
        return dag
'''
FILES = {
    "include/__init__.py": "from include.factory import Builder, load\n",
    "include/factory.py": FACTORY,
    "include/text.py": "def clean(x):\n    return x.strip().lower()\n",
    "include/waits.py": "from airflow.models import DagBag\n\nLONG = 60\n\n\n"
    "def until(x):\n    return DagBag(x)\n",
    "again.py": "from datetime import datetime\nfrom airflow import DAG\nfrom include.factory import count\n\n"
    "with DAG('again', start_date=datetime(2024, 1, 1), schedule=None):\n"
    "    count([1])\n    count.override(task_id='more')([2])\n",
    "whole.py": "from datetime import datetime\nfrom airflow import DAG\n"
    "from airflow.operators.python import PythonOperator\nfrom include import factory\n\n"
    "with DAG('whole', start_date=datetime(2024, 1, 1), schedule=None):\n"
    "    PythonOperator(task_id='first', python_callable=factory.load, op_args=['x'])\n",
    "orders.py": '"""DAGs of airflow."""\nfrom include import Builder\n\ndag = Builder("orders").build()\n',
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Conversion, Path]:
    root = tmp_path_factory.mktemp("dags")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    project, _ = scan([root])
    conversion = convert_project(project, plans.Plan(), lifts(project, None), name="halved")
    out = tmp_path_factory.mktemp("out") / "halved"
    write(out, format_files(conversion.files), conversion.manifest)
    return conversion, out


def test_a_task_is_native_if_its_function_needs_nothing_of_airflow(made: tuple[Conversion, Path]) -> None:
    tasks = made[0].manifest.dags["orders"].tasks
    assert {name: task.disposition for name, task in tasks.items()} == {
        "load": "native",
        "wait": "bridged",
        "count": "native",
    }


def test_the_part_that_moves_has_nothing_of_the_part_that_stays(made: tuple[Conversion, Path]) -> None:
    text = (made[1] / "lib/include/factory.py").read_text(encoding="utf-8")
    assert (
        text
        == '''"""Makes DAGs."""

import json
import os

from . import text
from .waits import LONG

LIMIT = int(os.environ.get("AIRFLOW_VAR_LIMIT", 3))


def load(table: str, ti=None) -> str:
    """Loads a table."""
    return f"{text.clean(table)}:{LIMIT}:{LONG}"


def count(rows):
    return json.dumps(len(rows))


NAMES = {"load": load}
'''
    )


def test_a_function_that_the_file_imports_is_imported_once(made: tuple[Conversion, Path]) -> None:
    text = (made[1] / "defs/again.py").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if "import count" in line] == [
        "from ..lib.include.factory import count"
    ]
    assert "return count([1])" in text and "return count([2])" in text


def test_a_module_moves_for_a_file_that_uses_only_names_that_moved(made: tuple[Conversion, Path]) -> None:
    text = (made[1] / "defs/whole.py").read_text(encoding="utf-8")
    assert "from ..lib.include import factory" in text
    assert 'return factory.load("x")' in text


def test_a_package_still_has_the_names_that_moved(made: tuple[Conversion, Path]) -> None:
    text = (made[1] / "lib/include/__init__.py").read_text(encoding="utf-8")
    assert text.strip() == "from .factory import load"


def test_the_functions_work_in_their_new_place(
    made: tuple[Conversion, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(made[1].parent))
    monkeypatch.setenv("AIRFLOW_VAR_LIMIT", "7")
    try:
        module = importlib.import_module("halved.defs.orders")
        assert module.load_asset() == "orders:7:60"
        assert module.count_asset("abc") == "3"
        assert isinstance(module.defs, dg.Definitions)
    finally:
        for name in [n for n in sys.modules if n == "halved" or n.startswith("halved.")]:
            del sys.modules[name]
