"""Names of a DAG file that something new in its module has as well."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from migrator.cli import group

DAG = """
from datetime import datetime
from airflow import DAG, Dataset
from airflow.operators.python import PythonOperator
OWN

def load():
    return USE

def alarm(context):
    print(context["run_id"])

with DAG("shop", schedule="@daily", start_date=datetime(2024, 1, 1), on_failure_callback=alarm):
    PythonOperator(task_id="load", python_callable=load, outlets=[Dataset("s3://shop/orders")])
"""


def converted(own: str, use: str, folder: Path) -> tuple[str, str]:
    """What the command says, and the module."""
    (folder / "dags").mkdir()
    (folder / "dags" / "shop.py").write_text(DAG.replace("OWN", own).replace("USE", use), encoding="utf-8")
    words = ["convert", str(folder / "dags"), "--out", str(folder / "new")]
    done = CliRunner().invoke(group, words)
    assert done.exit_code == 0 and "verified" in done.output, done.output
    return done.output, (folder / "new" / "defs" / "shop.py").read_text()


@pytest.mark.parametrize(
    ("own", "use", "alias"),
    [
        pytest.param(
            "def updates(n):\n    return n", "updates(1)", "updates as datasets_updates", id="a decorator"
        ),
        pytest.param(
            "when_a_run_fails = 3",
            "when_a_run_fails",
            "when_a_run_fails as callbacks_when_a_run_fails",
            id="a sensor",
        ),
    ],
)
def test_what_is_new_gets_another_name(own: str, use: str, alias: str, tmp_path: Path) -> None:
    said, module = converted(own, use, tmp_path)
    assert "1 as assets" in said, said
    assert f"import {alias}" in module and own in module and f"return {use}" in module


@pytest.mark.parametrize(
    "own", ["dg = {}", "import json as dg", "defs = ['shop']"], ids=["a value", "a module", "a list"]
)
def test_a_name_that_each_module_needs_keeps_the_dag_in_airflow(own: str, tmp_path: Path) -> None:
    said, module = converted(own, own.split()[-1] if "import" in own else own.split()[0], tmp_path)
    assert "DP052" in said and "1 unchanged in Airflow" in said
    assert "airflow_dag(" in module
