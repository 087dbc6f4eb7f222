"""Tasks whose functions a framework of the repository defines: each gets a copy of the text, with what it reads."""

import importlib
import sys
from pathlib import Path

import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

FRAMEWORK = '''"""Makes pipelines."""

import json
from datetime import datetime

from airflow.decorators import dag, task
from airflow.models import DagBag

from include.text import clean

UNIT = "eur"


def known():
    return DagBag()


def label(name):
    return f"{clean(name)} in {UNIT}"


class Pipeline:
    def __init__(self, name, parts):
        self.name, self.parts = name, parts

    def check(self, rows):
        return rows

    def build(self):
        @dag(dag_id=self.name, start_date=datetime(2024, 1, 1), schedule=None)
        def made():
            found = []
            for part in self.parts:

                @task(task_id=f"read_{part}")
                def read(limit: int = 2 * len(part), *, unit=UNIT):
                    # what a shop sells
                    return {"part": clean(part), "limit": limit, "unit": unit}

                found.append(read())

            @task
            def join(rows) -> dict[str, str]:
                return {"text": json.dumps(rows), "label": label(" All ")}

            @task
            def checked(text):
                return self.check(text)

            @task
            def asked(text):
                return known()

            joined = join(found)
            checked(joined["text"])
            asked(joined["text"])

        return made()
'''
STEPS = '''"""Functions that ask Airflow for something."""

from include.text import clean

LIMIT = 3


def pick(ti, more=0):
    # what the first one found
    return min(ti.xcom_pull(task_ids="first"), LIMIT + more)


def first(**context):
    return len(clean(context["dag"].dag_id))


def counts(ti):
    global SEEN
    SEEN = ti.xcom_pull(task_ids="first")
    return SEEN
'''
FILES = {
    "include/framework.py": FRAMEWORK,
    "include/text.py": "def clean(x):\n    return x.strip().lower()\n",
    "shops.py": '"""DAGs of airflow."""\nfrom include.framework import Pipeline\n\n'
    "def clean(x):\n    return x\n\n\nshops = Pipeline('shops', ['A', 'Bcd']).build()\n",
    "include/steps.py": STEPS,
    "asks.py": """from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator

from include import steps
from include.steps import first as begin

with DAG("asks", start_date=datetime(2024, 1, 1), schedule=None):
    begun = PythonOperator(task_id="first", python_callable=begin)
    begun >> PythonOperator(task_id="pick", python_callable=steps.pick, op_kwargs={"more": 2})
    begun >> PythonOperator(task_id="counts", python_callable=steps.counts)
""",
    "stock.py": '"""DAGs of airflow."""\nfrom include.framework import Pipeline\n\n'
    "stock = Pipeline('stock', ['Ab_']).build()\n",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Conversion, Path]:
    root = tmp_path_factory.mktemp("dags")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    project, _ = scan([root])
    conversion = convert_project(project, plans.Plan(), lifts(project, None), name="copied")
    out = tmp_path_factory.mktemp("out") / "copied"
    write(out, format_files(conversion.files), conversion.manifest)
    return conversion, out


def test_only_what_works_with_an_object_or_with_airflow_stays(made: tuple[Conversion, Path]) -> None:
    tasks = made[0].manifest.dags["stock"].tasks
    assert {name: task.disposition for name, task in tasks.items()} == {
        "read_Ab_": "native",
        "join": "native",
        "checked": "bridged",
        "asked": "bridged",
    }


def test_a_name_that_the_dag_file_gives_another_meaning_keeps_its_task_in_airflow(
    made: tuple[Conversion, Path],
) -> None:
    tasks = made[0].manifest.dags["shops"].tasks
    assert tasks["read_A"].disposition == "bridged"
    assert "`clean` means something else in this file" in {
        f.message.partition(",")[0] for f in made[0].findings if f.code == "DP052"
    }


def test_the_copies_work(made: tuple[Conversion, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(made[1].parent))
    try:
        module = importlib.import_module("copied.defs.stock")
        found = next(getattr(module, n) for n in dir(module) if n.startswith("read"))
        assert found() == {"part": "ab_", "limit": 6, "unit": "eur"}
        assert module.join(1) == {"text": "[1]", "label": "all in eur"}
    finally:
        for name in [n for n in sys.modules if n == "copied" or n.startswith("copied.")]:
            del sys.modules[name]
    text = (made[1] / "defs/stock.py").read_text(encoding="utf-8")
    assert "# what a shop sells" in text
    assert "from ..lib.include.framework import UNIT, label" in text


def test_a_function_of_a_module_that_asks_airflow_for_something_is_copied(
    made: tuple[Conversion, Path],
) -> None:
    tasks = made[0].manifest.dags["asks"].tasks
    assert {name: task.disposition for name, task in tasks.items()} == {
        "first": "native",
        "pick": "native",
        "counts": "bridged",  # it sets a name of its module anew, which a copy could not
    }
    text = (made[1] / "defs/asks.py").read_text(encoding="utf-8")
    assert "# what the first one found" in text
    assert "from ..lib.include.steps import LIMIT" in text
    assert "return min(first, LIMIT + more)" in text
