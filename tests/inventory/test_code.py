"""Needs in the bodies of functions, one way to write them at a time."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from migrator.inventory import FolderSources, Inventory, of_dag
from migrator.ir import Dag, Function, Literal, Origin, Task
from migrator.scan import scan
from migrator.scan.folder import Folder
from tests.inventory.conftest import HEAD, Inventories

DOUBLING = "\n".join(f"v{i} = v{i - 1} + v{i - 1}" for i in range(1, 60)) + "\nVariable.get(v59)"
BRANCHES = "if context == 0:\n    Variable.get('x')\n"
BRANCHES += "".join(f"elif context == {i}:\n    Variable.get('x')\n" for i in range(1, 1000))
Body = Callable[[str], Inventory]
Files = Callable[[dict[str, str]], Inventories]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        pytest.param("Variable.get('x')", {"x"}, id="constant"),
        pytest.param("Variable.get(key='x', default_var=1)", {"x"}, id="keyword"),
        pytest.param("Variable.set('x', 1)", {"x"}, id="written"),
        pytest.param("from airflow.models import Variable as V\nV.get('x')", {"x"}, id="alias"),
        pytest.param("from airflow import models\nmodels.Variable.get('x')", {"x"}, id="module"),
        pytest.param("name = 'x'\nVariable.get(name)", {"x"}, id="local name"),
        pytest.param("for n in ('x', 'y'):\n    Variable.get(n)", {"x", "y"}, id="loop"),
        pytest.param("[Variable.get(n + '_1') for n in ['x', 'y']]", {"x_1", "y_1"}, id="comprehension"),
        pytest.param("d = {'a': 'x'}\nVariable.get(d['a'])", {"x"}, id="table"),
        pytest.param("for k, v in {'a': 'x'}.items():\n    Variable.get(f'{k}_{v}')", {"a_x"}, id="items"),
        pytest.param("Variable.get('x' if context else 'y')", {"x", "y"}, id="either"),
        pytest.param("Variable.get('{}_{}'.format('x', 'y'))", {"x_y"}, id="format"),
        pytest.param("Variable.get('%s_y' % 'x')", {"x_y"}, id="percent"),
        pytest.param("def inner(n):\n    return Variable.get(n)\ninner('x')", {"x"}, id="nested wrapper"),
        pytest.param("def inner(n='x'):\n    return Variable.get(n)\ninner()", {"x"}, id="default"),
    ],
)
def test_a_variable_is_found(task_body: Body, body: str, names: set[str]) -> None:
    found = task_body(body)
    assert set(found.variables) == names
    assert found.findings == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("Variable.get(context['params']['x'])", "EN007", id="variable"),
        pytest.param("Variable.get(os.environ['X'])", "EN007", id="variable named by the environment"),
        pytest.param("n = 'a'\nfor i in range(3):\n    n = n + 'a'\nVariable.get(n)", "EN007", id="grows"),
        pytest.param("PostgresHook(context['x'])", "EN008", id="connection"),
        pytest.param("os.environ[context['x']]", "EN009", id="environment"),
        pytest.param("open(Path(__file__).parent / context['x'])", "DP004", id="file"),
    ],
)
def test_a_computed_name_is_a_finding(task_body: Body, body: str, code: str) -> None:
    assert code in {f.code for f in task_body(body).findings}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        pytest.param("BaseHook.get_connection('x')", {"x"}, id="base hook"),
        pytest.param("PostgresHook('x')", {"x"}, id="first argument"),
        pytest.param("PostgresHook(postgres_conn_id='x')", {"x"}, id="keyword"),
        pytest.param("PostgresHook.get_connection('x')", {"x"}, id="of a class"),
        pytest.param("upload(target_conn_id='x')", {"x"}, id="any call"),
        pytest.param(
            "from airflow.models import Connection\nConnection.get_connection_from_secrets('x')",
            {"x"},
            id="c",
        ),
        pytest.param("from airflow.sdk import Connection\nConnection.get('x')", {"x"}, id="sdk"),
        pytest.param("HttpHook('GET', http_conn_id='x')", {"x"}, id="another first argument"),
        pytest.param("PostgresHook(postgres_conn_id=None)", set(), id="none"),
        pytest.param("pool.get_connection('x')", set(), id="of something else"),
    ],
)
def test_a_connection_is_found(task_body: Body, body: str, names: set[str]) -> None:
    assert set(task_body(body).connections) == names


@pytest.mark.parametrize(
    "body",
    [
        "os.environ['X']",
        "os.environ.get('X', 'hunter2')",
        "os.getenv('X')",
        "from os import getenv\ngetenv('X')",
        "'X' in os.environ",
    ],
)
def test_an_environment_variable_is_found(task_body: Body, body: str) -> None:
    assert task_body(body).environment == ("X",)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("PostgresHook()", ("postgres_default",)),
        ("PostgresHook(schema='x')", ("postgres_default",)),
        ("PostgresHook('x')", ()),
        ("PostgresHook(**context)", ()),
    ],
)
def test_a_hook_without_a_connection_takes_its_default(
    task_body: Body, body: str, names: tuple[str, ...]
) -> None:
    assert task_body(body).default_connections == names


def test_setting_an_environment_variable_is_no_need(task_body: Body) -> None:
    assert task_body("os.environ['X'] = '1'").environment == ()


def test_a_function_that_nothing_calls_needs_nothing(folder: Files) -> None:
    text = "def unused():\n    return Variable.get('x')\n\n"
    text += "with DAG('a'):\n    BashOperator(task_id='t', bash_command='w')"
    assert folder({"a.py": HEAD + text})["a"].variables == ()


def test_names_reach_a_helper_through_files_that_pass_it_on(folder: Files) -> None:
    found = folder(
        {
            "lib/__init__.py": "from .deep import read",
            "lib/deep.py": "from airflow.models import Variable\ndef read(n):\n    return Variable.get(PREFIX + n)\n"
            "PREFIX = 'p_'\n",
            "a.py": HEAD + "from lib import read\ndef work():\n    read('x')\n"
            "with DAG('a'):\n    PythonOperator(task_id='t', python_callable=work)\n",
        }
    )
    assert found["a"].variables == ("p_x",)


def test_a_star_import_hides_nothing(folder: Files) -> None:
    found = folder(
        {
            "lib.py": "from airflow.models import Variable\ndef read(n):\n    return Variable.get(n)\nKEY = 'k'\n",
            "a.py": "from airflow import DAG\nfrom airflow.operators.python import PythonOperator\nfrom lib import *\n"
            "def work():\n    read(KEY)\nwith DAG('a'):\n    PythonOperator(task_id='t', python_callable=work)\n",
        }
    )
    assert found["a"].variables == ("k",)


def test_a_factory_gives_its_names_to_the_functions_inside(folder: Files) -> None:
    text = """
def make(team, conn_id):
    @dag(dag_id=f"team_{team}", start_date=datetime(2024, 1, 1))
    def inner():
        @task
        def load():
            PostgresHook(conn_id)
            return Variable.get(f"{team}_limit")
        load()
    return inner()

one = make("a", "a_db")
"""
    found = folder({"a.py": HEAD + text})["team_a"]
    assert (found.variables, found.connections, found.findings) == (("a_limit",), ("a_db",), ())


def test_arguments_of_mapped_tasks_are_names(folder: Files) -> None:
    text = """
@dag(start_date=datetime(2024, 1, 1))
def a():
    @task
    def load(key):
        return Variable.get(key)
    load.expand(key=["k1", "k2"])
a()
"""
    assert folder({"a.py": HEAD + text})["a"].variables == ("k1", "k2")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("rows = rows[0]\nrows = rows[rows]\nVariable.get(rows)", id="a name of itself"),
        pytest.param("x = (x + x) * 2\ny = x + x + x\nx = y + y\nVariable.get(x + y)", id="in circles"),
        pytest.param("def f(n):\n    f(n + 'a')\n    Variable.get(n)\nf('a')", id="endless recursion"),
        pytest.param("Variable.get(" + " + ".join(["'a'"] * 900) + ")", id="a long sum"),
        pytest.param(DOUBLING, id="doubling"),
        pytest.param(BRANCHES, id="a thousand branches"),
        pytest.param("Variable.get(context" + ".a" * 900 + ")", id="a long way"),
    ],
)
def test_no_code_keeps_the_inventory_busy(task_body: Body, body: str) -> None:
    assert len(task_body(body).variables) <= 64


def test_arguments_that_only_the_dag_knows_reach_the_function(folder: Files) -> None:
    text = """
@task
def load(key):
    return Variable.get(key)

with DAG("a", start_date=datetime(2024, 1, 1)):
    for number in range(2):
        load(f"k{number}")
"""
    found = folder({"a.py": HEAD + text})["a"]
    assert (found.variables, found.findings) == (("k0", "k1"), ())


def test_a_function_of_a_file_that_no_import_leads_to(tmp_path: Path) -> None:
    (tmp_path / "plug.py").write_text(
        "from airflow.models import Variable\ndef work():\n    Variable.get('x')\n"
    )
    text = "with DAG('a'):\n    PythonOperator(task_id='t', python_callable=print)\n"
    (tmp_path / "a.py").write_text(HEAD + "import plugged\n" + text)
    project, _ = scan([tmp_path])
    (dag,) = project.dags
    task = replace(dag.tasks[0], function=Function("work", "plugged.work", "plug.py", 2))
    found = of_dag(dag.with_tasks((task,)), FolderSources(Folder(tmp_path)))
    assert found.variables == ("x",)


def test_a_dag_that_only_airflow_knows_has_the_needs_of_its_arguments(tmp_path: Path) -> None:
    task = Task(
        "t",
        "airflow.providers.cncf.kubernetes.operators.pod.KubernetesPodOperator",
        Origin("gone.py"),
        args={"kubernetes_conn_id": Literal("k8s"), "cmds": Literal(["{{ var.value.x }}"])},
        pool="p",
    )
    found = of_dag(
        Dag("a", Origin("gone.py"), form="runtime", tasks=(task,)), FolderSources(Folder(tmp_path))
    )
    assert (found.variables, found.connections, found.pools) == (("x",), ("k8s",), ("p",))
    assert found.packages == ("apache-airflow-providers-cncf-kubernetes",)


def test_what_is_not_looked_at_any_more_is_a_finding(folder: Files) -> None:
    files = {f"lib/m{i}.py": f"import lib.m{i + 1}\nimport os\nos.environ['X{i}']\n" for i in range(300)}
    text = HEAD + "import lib.m0\nwith DAG('a'):\n    BashOperator(task_id='t', bash_command='w')\n"
    found = folder({**files, "a.py": text})["a"]
    assert [f.code for f in found.findings] == ["DP008"]
    assert "X0" in found.environment and "X299" not in found.environment


OWN = """
from airflow.models import BaseOperator
from .base import Base as Parent
OURS = "warehouse"
class Load(Parent):
    def __init__(self, conn_id=OURS, *, slack_conn_id="chat", **rest):
        super().__init__(ftp_conn_id="files", **rest)
class Closed(Parent):
    def __init__(self, task_id, conn_id=None):
        super().__init__(task_id=task_id)
"""
BASE = """
from airflow.models import BaseOperator
class Base(BaseOperator):
    def __init__(self, http_conn_id="web", ftp_conn_id="ftp", conn_id="none", **rest):
        super().__init__(**rest)
"""


@pytest.mark.parametrize(
    ("call", "names"),
    [
        pytest.param("Load(task_id='t')", ("chat", "warehouse", "web"), id="its own and its base's"),
        pytest.param(
            "Load(task_id='t', slack_conn_id='x', http_conn_id='y')", ("warehouse",), id="but not those given"
        ),
        pytest.param("Closed(task_id='t')", (), id="a base that is given nothing"),
    ],
)
def test_an_operator_of_ones_own_takes_its_defaults(folder: Files, call: str, names: tuple[str, ...]) -> None:
    files = {"lib/__init__.py": "", "lib/own.py": OWN, "lib/base.py": BASE}
    text = f"from lib.own import Load, Closed\nwith DAG('a'):\n    {call}\n"
    assert folder({**files, "a.py": HEAD + text})["a"].default_connections == names


def test_what_a_command_of_a_function_returns_is_a_template(folder: Files) -> None:
    text = """
@task.bash
def send():
    return "echo {{ var.value.channel }} {{ conn.chat.host }} {{ ds }}"

with DAG('a'):
    send()
"""
    found = folder({"a.py": HEAD + text})["a"]
    assert (found.variables, found.connections) == (("channel",), ("chat",))
