"""Modules beside the DAGs move along, with what they import; what needs Airflow stays, and says why."""

import importlib
import sys
from pathlib import Path

import dagster as dg
import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.convert.beside import Modules
from migrator.convert.import_beside import relative
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.phase_one.lifts import lifts
from migrator.scan import scan
from migrator.scan.folder import Folder

DAG = """
from datetime import datetime
from airflow import DAG
from airflow.decorators import task
from airflow.operators.python import PythonOperator
{imports}
def nothing():
    return None
with DAG("sales", start_date=datetime(2024, 1, 1), schedule=None, default_args={defaults}):
    @task
    def work():
        {body}
    first = PythonOperator(task_id="first", python_callable={callable}{arguments})
    first >> work()
"""


def write_files(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def dag(
    imports: str, body: str = "return 1", callable: str = "nothing", arguments: str = "", defaults: str = "{}"
) -> str:
    return DAG.format(imports=imports, body=body, callable=callable, arguments=arguments, defaults=defaults)


def converted(root: Path) -> Conversion:
    project, _ = scan([root])
    return convert_project(project, plans.Plan(), lifts(project, None), name="moved")


def problem(root: Path, path: str) -> str:
    return Modules(Folder(root)).problem(frozenset({path}))


VARIABLES = "from airflow.models import Variable\nLIMIT = Variable.get('limit')\n"
HELPERS = {
    "helpers/__init__.py": "",
    "helpers/db.py": "import json\nfrom helpers.text import clean\nfrom . import consts\n\n\n"
    "def rows(items, *, table='orders'):\n    return [f'{table}:{clean(i)}:{consts.LIMIT}' for i in items]\n",
    "helpers/text.py": "import helpers.consts as c\n\n\ndef clean(x):\n    return x.strip().lower() * c.TIMES\n",
    "helpers/consts.py": "from airflow.models import Variable\n\n"
    "LIMIT = int(Variable.get('limit', default_var=10))\nTIMES = 1\n",
    "unused.py": "OWNER = 'data'\n",
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Conversion, Path]:
    root = write_files(
        tmp_path_factory.mktemp("dags"),
        {
            **HELPERS,
            "sales.py": dag(
                "from helpers.db import rows\nfrom unused import OWNER\n"
                "from helpers import (  # ours\n    text,  # strings\n)",
                "from helpers import consts\n        return text.clean(' X ') + str(consts.LIMIT)",
                "rows",
                ", op_args=[[' A ', 'b']], op_kwargs={'table': 'sales'}",
                "{'owner': OWNER}",
            ),
        },
    )
    conversion = converted(root)
    out = tmp_path_factory.mktemp("out") / "moved"
    write(out, format_files(conversion.files), conversion.manifest)
    return conversion, out


def test_a_dag_with_helper_modules_is_native(moved: tuple[Conversion, Path]) -> None:
    assert moved[0].manifest.dags["sales"].level == "asset"
    assert not [f for f in moved[0].findings if f.code == "SC043"]


def test_imports_are_relative_wherever_they_stand_and_keep_their_comments(
    moved: tuple[Conversion, Path],
) -> None:
    text = (moved[1] / "defs/sales.py").read_text(encoding="utf-8")
    assert "from ..lib.helpers.db import rows" in text
    assert "    from ..lib.helpers import consts\n" in text
    assert "text,  # strings" in text
    assert "from helpers" not in text


def test_only_what_the_new_project_uses_is_copied(moved: tuple[Conversion, Path]) -> None:
    copied = {str(p.relative_to(moved[1])) for p in (moved[1] / "lib").rglob("*.py")}
    assert copied == {
        "lib/__init__.py",
        *(f"lib/helpers/{name}.py" for name in ("__init__", "db", "text", "consts")),
    }


def test_the_moved_modules_work(moved: tuple[Conversion, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(moved[1].parent))
    monkeypatch.setenv("AIRFLOW_VAR_LIMIT", "7")
    try:
        module = importlib.import_module("moved.defs.sales")
        result = dg.materialize(module.defs.assets)
        assert result.output_for_node("sales__first") == ["sales:a:7", "sales:b:7"]
        assert result.output_for_node("sales__work") == "x7"
    finally:
        for name in [n for n in sys.modules if n.split(".")[0] == "moved"]:
            del sys.modules[name]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "from airflow.hooks.base import BaseHook\nx = BaseHook\n",
            "it uses airflow.hooks.base.BaseHook (line 2)",
        ),
        ("import airflow\n", "it imports airflow (line 1)"),
        (
            "import os\nHERE = os.path.dirname(__file__)\n",
            "it uses the place of its file, and what it reads there is not seen",
        ),
        ("import importlib\nx = importlib.import_module('y')\n", "it imports by name (line 2)"),
        ("def f(:\n", "it cannot be read"),
        ("import other.thing\n", "`import other.thing` of line 1 needs a name of its own (`as`)"),
        ("import json, other\n", "line 1 imports several modules with one statement"),
        ("from airflow.sdk import DAG\nd = DAG\n", "it uses airflow.sdk.DAG (line 2)"),
        ("from variables import Variable\n", "it takes `Variable` of Airflow from variables (line 1)"),
        ("from .missing import x\n", ".missing is not in the repository"),
        (
            "from airflow.models import Variable\nx = Variable.set\n",
            "it uses airflow.models.Variable (line 2)",
        ),
    ],
)
def test_what_cannot_move_says_why(tmp_path: Path, text: str, why: str) -> None:
    write_files(
        tmp_path, {"one.py": text, "other/__init__.py": "", "other/thing.py": "", "variables.py": VARIABLES}
    )
    assert problem(tmp_path, "one.py") == f"one.py: {why}"


def test_what_imports_a_module_that_stays_stays_as_well_around_a_circle(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "a.py": "from b import x\n",
            "b.py": "import a\nfrom c import y\n",
            "c.py": "from airflow.models import DAG\nd = DAG\n",
            "d.py": "from e import x\n",
            "e.py": "def f():\n    from d import y\n",
        },
    )
    assert problem(tmp_path, "a.py") == "c.py: it uses airflow.models.DAG (line 2)"
    assert problem(tmp_path, "d.py") == ""


def test_a_folder_that_is_no_package_name_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {"my-team/dags/x.py": "", "my-team/dags/y.py": "from x import *\n"})
    assert "`my-team` is no name of a package" in problem(tmp_path, "my-team/dags/y.py")


def test_a_task_that_uses_a_module_that_stays_is_not_native_and_names_the_line(tmp_path: Path) -> None:
    files = {"hooks.py": "from airflow.hooks.base import BaseHook\n\n\ndef rows():\n    return BaseHook\n"}
    write_files(tmp_path, {**files, "sales.py": dag("from hooks import rows", "return rows()")})
    (finding,) = [f for f in converted(tmp_path).findings if f.code == "SC043"]
    assert finding.origin.line == 12
    assert "hooks.py: it uses airflow.hooks.base.BaseHook (line 5)" in finding.message


def test_everything_of_a_module_that_stays_leaves_the_file_in_airflow(tmp_path: Path) -> None:
    files = {"hooks.py": "from airflow.hooks.base import BaseHook\nX = BaseHook\n"}
    write_files(tmp_path, {**files, "sales.py": dag("from hooks import *")})
    assert converted(tmp_path).manifest.dags["sales"].level == "lift"


@pytest.mark.parametrize(
    ("imports", "callable", "arguments", "call"),
    [
        ("from jobs import report", "report", "", "report(run_id=context.run_id)"),
        ("from jobs import report as r", "r", "", "r(run_id=context.run_id)"),
        (
            "import jobs",
            "jobs.report",
            ", op_kwargs={'name': 'y'}",
            "jobs.report(name='y', run_id=context.run_id)",
        ),
        ("import jobs as j", "j.report", ", op_args=['x']", "j.report('x')"),
    ],
)
def test_the_context_that_airflow_gives_to_a_function_elsewhere_is_given(
    tmp_path: Path, imports: str, callable: str, arguments: str, call: str
) -> None:
    files = {"jobs.py": "def report(run_id, name='x'):\n    return run_id + name\n"}
    write_files(tmp_path, {**files, "sales.py": dag(imports, "return 1", callable, arguments)})
    assert f"return {call}" in converted(tmp_path).files["defs/sales.py"].replace('"', "'")


@pytest.mark.parametrize(
    ("target", "at", "text"),
    [
        ("lib/a/b", "defs/x.py", "..lib.a.b"),
        ("lib", "defs/x.py", "..lib"),
        ("lib/a/b", "lib/a/c.py", ".b"),
        ("lib/a", "lib/a/c.py", "."),
        ("lib/d", "lib/a/b/c.py", "...d"),
        ("lib/a/b", "lib/x.py", ".a.b"),
    ],
)
def test_a_relative_name(target: str, at: str, text: str) -> None:
    assert relative(target, at) == text


def test_a_callback_of_a_moved_module_moves_along(tmp_path: Path) -> None:
    files = {
        "alerts.py": "def alert(context):\n    print(context['ti'].task_id)\n",
        "hooks.py": "from airflow.hooks.base import BaseHook\n\n\ndef tell(context):\n    BaseHook\n",
    }
    write_files(tmp_path, files)
    for module, name in (("alerts", "alert"), ("hooks", "tell")):
        text = dag(f"from {module} import {name} as told", defaults="{'on_failure_callback': told}")
        write_files(tmp_path, {f"{module}_dag.py": text.replace('"sales"', f'"{module}"')})
    found = converted(tmp_path)
    assert "call_on_failure(told, " in found.files["defs/alerts_dag.py"]
    assert "from ..lib.alerts import alert as told" in found.files["defs/alerts_dag.py"]
    (why,) = {f.message for f in found.findings if f.code == "EN042" and f.dag_id == "hooks"}
    assert "which cannot move: hooks.py: it uses airflow.hooks.base.BaseHook" in why


PATHS = """
import os
import sys
from datetime import datetime
{more}
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, {folder})
from airflow import DAG
from airflow.operators.python import PythonOperator
from helpers import double

with DAG("path", start_date=datetime(2024, 1, 1), schedule=None):
    PythonOperator(task_id="work", python_callable=double, op_args=[2])
"""


@pytest.mark.parametrize(
    ("folder", "more", "level"),
    [
        pytest.param("HERE", "import pandas", "asset", id="its own folder"),
        pytest.param("os.path.join(HERE, 'lib')", "import pandas", "asset", id="a folder beside it"),
        pytest.param(
            "os.path.join(HERE, '../..')", "", "asset", id="outside, where nothing is that it imports"
        ),
        pytest.param(
            "os.path.join(HERE, '../..')", "import far", "lift", id="outside, and something is not seen"
        ),
    ],
)
def test_a_statement_that_only_has_modules_found_goes(
    tmp_path: Path, folder: str, more: str, level: str
) -> None:
    helpers = "lib/helpers.py" if "lib" in folder else "helpers.py"
    text = PATHS.format(folder=folder, more=more)
    write_files(tmp_path, {"x.py": text, helpers: "def double(n):\n    return 2 * n\n"})
    conversion = converted(tmp_path)
    assert conversion.manifest.dags["path"].level == level
    assert ("sys.path" in conversion.files["defs/x.py"]) is False
