"""Hooks become resources of the steps: every example of every kind of hook, and where hooks are made in a file."""

import ast
import importlib
import pkgutil
import textwrap
from pathlib import Path

import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project, hook_classes
from migrator.convert.hook_classes import Example
from migrator.emit.format import format_files
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

MODULES = [f"{hook_classes.__name__}.{m.name}" for m in pkgutil.iter_modules(hook_classes.__path__)]
CASES = [
    pytest.param(example, id=f"{name.rsplit('.', 1)[-1]}: {example.name}")
    for name in MODULES
    for example in importlib.import_module(name).EXAMPLES
]
FILE = """
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.postgres.hooks.postgres import PostgresHook
from datetime import datetime

{helpers}

def load(ds):
{body}

with DAG("shop_day", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    PythonOperator(task_id="load", python_callable=load) >> PythonOperator(task_id="tell", python_callable=lambda: 1)
"""


def converted(folder: Path, body: str, helpers: str = "") -> Conversion:
    text = FILE.format(helpers=textwrap.dedent(helpers), body=textwrap.indent(textwrap.dedent(body), "    "))
    (folder / "dag.py").write_text(text, encoding="utf-8")
    project = scan([folder])[0]
    return convert_project(project, plans.Plan(), lifts(project, None), name="new")


def function(made: Conversion, name: str = "load") -> ast.FunctionDef:
    text = format_files({"defs/dag.py": made.files["defs/dag.py"]})["defs/dag.py"]
    return next(s for s in ast.parse(text).body if isinstance(s, ast.FunctionDef) and s.name == name)


def codes(made: Conversion) -> list[str]:
    return [f.code for f in made.findings if f.code.startswith("EN05")]


def plain(text: str) -> str:
    return ast.unparse(ast.parse(text))


@pytest.mark.parametrize("example", CASES)
def test_a_hook_becomes_what_its_example_says(example: Example, tmp_path: Path) -> None:
    made = converted(tmp_path, example.before)
    found = function(made)
    parameters = [ast.unparse(a) for a in found.args.args]
    assert codes(made) == list(example.findings)
    if example.after:
        body = [s for s in found.body if ast.unparse(s) != "ds = context.partition_key"]
        assert "\n".join(map(ast.unparse, body)) == plain(example.after)
        assert [p for p in parameters if not p.startswith("context")] == [p for p in [example.parameter] if p]
    else:
        assert "airflow: AirflowRun" in parameters


@pytest.mark.parametrize("name", MODULES)
def test_every_kind_of_hook_has_examples_and_a_resource_with_its_methods(name: str) -> None:
    module = importlib.import_module(name)
    hook = module.HOOK
    resource = getattr(importlib.import_module(f"migrator.runtime.{hook.module}"), hook.resource)
    assert module.EXAMPLES and module.__doc__
    assert [m for m in hook.methods if not hasattr(resource, m)] == []


HELPERS = '''
SHOP = "shop"

def rows(hook: PostgresHook, day):
    """What came on a day."""
    return hook.get_records("SELECT 1", (day,))

def by_itself(day):
    return PostgresHook(SHOP).get_first("SELECT 1", (day,))

def connected():
    return PostgresHook(postgres_conn_id=SHOP)

def maybe_given(day, hook=None):
    hook = hook or PostgresHook(SHOP)
    return None if hook is None else hook.get_first("SELECT 1", (day,))

def beyond(hook):
    return hook.get_table_primary_key("orders")
'''


def test_a_helper_that_is_handed_the_hook_gets_the_resource(tmp_path: Path) -> None:
    made = converted(tmp_path, "hook = PostgresHook(SHOP)\nreturn rows(hook, day=ds)", HELPERS)
    assert ast.unparse(function(made).body[-1]) == "return rows(shop, day=ds)"
    assert [ast.unparse(a) for a in function(made, "rows").args.args] == ["hook", "day"]
    assert "EN053" in codes(made)


@pytest.mark.parametrize(
    ("body", "helper", "expected"),
    [
        ("return by_itself(ds)", "by_itself", "return database(SHOP).get_first('SELECT 1', (day,))"),
        (
            "return maybe_given(ds)",
            "maybe_given",
            "return None if hook is None else hook.get_first('SELECT 1', (day,))",
        ),
        ("return connected().get_first('SELECT 1')", "connected", "return database(SHOP)"),
    ],
)
def test_a_helper_that_makes_the_hook_finds_it_by_name(
    body: str, helper: str, expected: str, tmp_path: Path
) -> None:
    made = converted(tmp_path, body, HELPERS)
    assert ast.unparse(function(made, helper).body[-1]) == expected
    assert set(codes(made)) == {"EN054"}


def test_what_a_helper_asks_of_the_hook_counts_as_well(tmp_path: Path) -> None:
    made = converted(tmp_path, "return beyond(PostgresHook(SHOP))", HELPERS)
    assert "EN051" in codes(made)
    assert made.manifest.dags["shop_day"].tasks["load"].disposition == "bridged"


def test_all_connections_are_in_one_file_by_the_names_of_their_variables(tmp_path: Path) -> None:
    made = converted(
        tmp_path, 'PostgresHook("Shop-DB").run("VACUUM")\nS3Hook("lake").delete_objects("b", "k")'
    )
    text = made.files["resources.py"]
    assert '"Shop_DB": Database(connection=dg.EnvVar("AIRFLOW_CONN_SHOP-DB"))' in text
    assert '"lake": ObjectStore(connection=dg.EnvVar("AIRFLOW_CONN_LAKE"))' in text
    assert "resources=RESOURCES" in made.files["defs/dag.py"]


def test_a_name_of_the_function_is_not_taken_for_a_resource(tmp_path: Path) -> None:
    made = converted(tmp_path, 'shop = 1\nreturn PostgresHook("shop").get_first("SELECT 1"), shop')
    assert codes(made) == ["EN055"]
