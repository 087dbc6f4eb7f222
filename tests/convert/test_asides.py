"""A call that is made when a DAG file is read: it stays, or its loss is told; what only gives a value goes unheard."""

from pathlib import Path

import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

HEAD = """import json
import os
import sys
from datetime import datetime
from pathlib import Path

import requests as client
from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from beside import NAMES, kept, named, noted

HERE = []
"""
BESIDE = """import requests as client

NAMES = []

def named(text):
    return text.upper()

def kept(text):
    client.send(text)
    return text

def noted(thing):
    client.send("made")
    return thing
"""
FUNCTIONS = """
def quiet(text):
    found = []
    found.append(text.strip())
    return found

def writes(text):
    Path("seen").write_text(text)
    return text

def remembers(text):
    HERE.append(text)
    return text

class Names:
    def __init__(self, text):
        self.text = text

"""
DAG_OF = """
with DAG("one", start_date=datetime(2024, 1, 1), schedule=None) as dag:
"""
LOOP = (
    DAG_OF
    + '    for n in ("a", "b"):\n        {line}\n        BashOperator(task_id=n, bash_command="true")\n'
)


def converted(folder: Path, text: str) -> Conversion:
    (folder / "dags").mkdir()
    (folder / "dags" / "beside.py").write_text(BESIDE)
    (folder / "dags" / "made.py").write_text(HEAD + FUNCTIONS + text)
    project = scan([folder / "dags"])[0]
    return convert_project(project, plans.Plan(), lifts(project, None), name="converted")


def told(made: Conversion) -> list[str]:
    assert made.manifest.dags["one"].level != "lift"
    return [f.message.split("`")[1] for f in made.findings if f.code == "SC061"]


@pytest.mark.parametrize(
    ("line", "call"),
    [
        pytest.param("x = client.register(n)", "client.register(n)", id="of a module that nobody knows"),
        pytest.param("x = writes(n)", "writes(n)", id="a function of the file that writes one"),
        pytest.param("x = remembers(n)", "remembers(n)", id="a function that fills what is not its own"),
        pytest.param("x = kept(n)", "kept(n)", id="a function of the repository that calls a service"),
        pytest.param("NAMES.append(n)", "NAMES.append(n)", id="a list of another module"),
        pytest.param("x = Path(n).mkdir()", "Path(n).mkdir()", id="a folder"),
        pytest.param('x = open(n, "w")', 'open(n, "w")', id="a file that is written"),
        pytest.param("x: str = os.makedirs(n)", "os.makedirs(n)", id="with an annotation"),
        pytest.param("x = [client.tell(i) for i in n]", "client.tell(i)", id="in a comprehension"),
    ],
)
def test_a_call_that_may_do_more_than_give_a_value_is_told(line: str, call: str, tmp_path: Path) -> None:
    assert told(converted(tmp_path, LOOP.format(line=line))) == [call]


@pytest.mark.parametrize(
    "line",
    [
        "x = quiet(n)",
        "x = named(n)",
        "x = Names(n)",
        "x = json.loads('{}')",
        "x = Path(n).name.replace('a', 'b')",
        "x = os.path.join(n, 'b')",
        "x = lambda: client.send(n)",
        "x = sorted(n, key=str)",
        "x = os.environ.get(n)",
    ],
)
def test_a_call_that_only_gives_a_value_is_not(line: str, tmp_path: Path) -> None:
    assert told(converted(tmp_path, LOOP.format(line=line))) == []


def test_a_call_that_gets_the_dag_is_told(tmp_path: Path) -> None:
    text = DAG_OF + '    BashOperator(task_id="a", bash_command="true")\n\nx = noted(dag)\ny = dag.test()\n'
    assert told(converted(tmp_path, text)) == ["noted(dag)", "dag.test()"]


def test_a_call_around_a_task_is_told(tmp_path: Path) -> None:
    text = DAG_OF + '    x = noted(BashOperator(task_id="a", bash_command="true"))\n'
    made = converted(tmp_path, text)
    assert [f.message.split("`")[1][:6] for f in made.findings if f.code == "SC061"] == ["noted("]


def test_a_call_stays_where_nothing_or_a_step_reads_its_value(tmp_path: Path) -> None:
    text = 'x = client.connect("a")\ny = client.connect("b")\n\ndef work():\n    return y\n' + DAG_OF
    made = converted(tmp_path, text + '    PythonOperator(task_id="a", python_callable=work)\n')
    module = made.files["defs/made.py"]
    assert 'x = client.connect("a")' in module and 'y = client.connect("b")' in module


def test_what_only_the_making_of_tasks_reads_goes_and_is_told(tmp_path: Path) -> None:
    text = "z = client.name()\n" + DAG_OF + '    BashOperator(task_id="a", bash_command="true")\n'
    text += "    if z:\n        print(dag)\n"
    made = converted(tmp_path, text)
    assert "client.name" not in made.files["defs/made.py"] and told(made) == ["client.name()"]


def test_a_variable_that_is_set_where_tasks_are_made_is_not_lost(tmp_path: Path) -> None:
    made = converted(tmp_path, LOOP.format(line='Variable.set("seen", n)'))
    assert made.manifest.dags["one"].level == "lift"
    assert "SC052" in {f.code for f in made.findings}


CLASS = """
from datetime import datetime
from airflow import DAG
from airflow.operators.python import PythonOperator


class Maker:
    def __init__(self, name):
        self.name = name

    @staticmethod
    def work(ds):
        return client.fetch(ds)

    def registered(self):
        client.register(self.name)

    def build(self):
        with DAG(self.name, start_date=datetime(2024, 1, 1), schedule=None) as dag:
            PythonOperator(task_id="a", python_callable=Maker.work)
        self.registered()
        return dag


one = Maker("one").build()
"""


def test_of_a_class_that_makes_dags_only_what_runs_when_the_file_is_read_is_told(tmp_path: Path) -> None:
    assert told(converted(tmp_path, CLASS)) == ["client.register(self.name)"]
