"""DAGs that no text tells of, names that must not get lost, and that a DAG with an effect of its own stays alone."""

import sys
from pathlib import Path

import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.convert.complete import missing
from migrator.emit.write import write
from migrator.phase_one.lifts import lifts
from migrator.scan import scan
from migrator.verify.loads import load
from migrator.verify.same_graph import check

HEAD = """from datetime import datetime
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

"""
UNSEEN = (
    HEAD
    + """
LIMIT = 3

def load(table, limit=LIMIT):
    return f"{table}:{limit}"

def make(table):
    def check():
        return table
    with DAG(f"copy_{table}", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False) as dag:
        PythonOperator(task_id=f"load_{table}", python_callable=load, op_args=[table]) >> PythonOperator(
            task_id="check", python_callable=check
        )
    return dag

for name in eval("['a', 'b']"):
    globals()[name] = make(name)
"""
)


def converted(folder: Path, text: str, airflow: str | None = None) -> Conversion:
    (folder / "dags").mkdir()
    (folder / "dags" / "made.py").write_text(text)
    project = scan([folder / "dags"], airflow_python=airflow)[0]
    made = convert_project(project, plans.Plan(), lifts(project, None), name="converted")
    write(folder / "converted", made.files, made.manifest)
    assert check(project.dags, made.manifest, load(folder / "converted")) == []
    return made


def test_a_dag_of_which_only_airflow_knows_is_native(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "home"))
    made = converted(tmp_path, UNSEEN, sys.executable)
    entry = made.manifest.dags["copy_a"]
    assert {i: t.disposition for i, t in entry.tasks.items()} == {"load_a": "native", "check": "bridged"}
    assert "def load(table, limit=LIMIT):" in made.files["defs/made.py"]
    codes = {(f.code, f.task_id) for f in made.findings if f.dag_id == "copy_a"}
    assert ("SC058", None) in codes and ("SC053", "check") in codes


def test_what_a_loop_has_filled_is_not_read_empty(tmp_path: Path) -> None:
    text = HEAD + (
        "made = []\n\ndef count():\n    return len(made)\n\n"
        'with DAG("filled", start_date=datetime(2024, 1, 1), schedule=None):\n'
        '    for n in ("a", "b"):\n'
        '        made.append(BashOperator(task_id=n, bash_command="true"))\n'
        '    PythonOperator(task_id="count", python_callable=count)\n'
    )
    made = converted(tmp_path, text)
    assert made.manifest.dags["filled"].level == "lift"
    assert "SC055" in {f.code for f in made.findings}


def test_a_loop_with_an_effect_keeps_its_own_dag_in_airflow(tmp_path: Path) -> None:
    text = HEAD + (
        'import os\n\nwith DAG("one", start_date=datetime(2024, 1, 1), schedule=None):\n'
        '    for n in ("a", "b"):\n        os.unlink(n)\n'
        '        BashOperator(task_id=n, bash_command="true")\n'
        'with DAG("two", start_date=datetime(2024, 1, 1), schedule=None):\n'
        '    for n in ("a", "b"):\n        print(n)\n'
        '        BashOperator(task_id=n, bash_command="true")\n'
    )
    made = converted(tmp_path, text)
    assert [made.manifest.dags[d].level for d in ("one", "two")] == ["lift", "asset"]
    assert {(f.code, f.dag_id) for f in made.findings} >= {("SC052", "one"), ("SC057", "two")}


def test_a_name_that_nothing_sets_is_missing() -> None:
    original = "import os\nLIMIT = 1\n\ndef f():\n    return LIMIT, os, unknown\n"
    assert missing(original, original) == []
    assert missing(original.replace("LIMIT = 1", ""), original) == ["LIMIT"]
    assert missing("def f(x):\n    y = [z for z in x]\n    return y, len(x), __file__\n", "") == []
