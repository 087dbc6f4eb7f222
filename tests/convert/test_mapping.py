"""What the plan may say of mapped tasks, and what has no native form."""

from pathlib import Path

import pytest

from migrator.convert import Conversion, convert_project
from migrator.emit.format import format_files
from migrator.phase_one.lifts import lifts
from migrator.plan import DagPlan, Plan, TaskPlan
from migrator.scan import scan

HEAD = """
from datetime import datetime
from airflow import DAG
from airflow.decorators import dag, task, task_group
from airflow.operators.bash import BashOperator
from airflow.operators.email import EmailOperator

@task
def numbers():
    return [1, 2]

@task
def double(n, by=2):
    return n * by

with DAG("mapped", schedule=None, start_date=datetime(2024, 1, 1)) as the_dag:
"""


def converted(tmp_path: Path, body: str, **tasks: TaskPlan) -> Conversion:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    (tmp_path / "a.py").write_text(HEAD + lines + "\n", encoding="utf-8")
    project = scan([tmp_path])[0]
    plan = Plan(dags={"mapped": DagPlan(tasks=tasks)})
    return convert_project(project, plan, lifts(project, None), name="converted")


def module_of(made: Conversion) -> str:
    return format_files({"defs/a.py": made.files["defs/a.py"]})["defs/a.py"]


def codes(made: Conversion) -> set[str]:
    return {finding.code for finding in made.findings}


def test_a_loop_is_one_asset(tmp_path: Path) -> None:
    made = converted(tmp_path, "double.expand(n=numbers())", double=TaskPlan(mapping="loop"))
    assert made.manifest.dags["mapped"].level == "asset"
    assert "yield from gathered(double(n=n) for n in items(numbers))" in module_of(made)
    assert "CF062" in codes(made)


def test_a_loop_over_several_arguments_goes_through_every_combination(tmp_path: Path) -> None:
    made = converted(tmp_path, "double.expand(n=numbers(), by=[3, 4])", double=TaskPlan(mapping="loop"))
    call = 'double(n=item["n"], by=item["by"]) for item in product(n=numbers, by=[3, 4])'
    assert call in module_of(made)


def test_what_no_loop_can_do_is_told_and_mapped(tmp_path: Path) -> None:
    body = 'BashOperator.partial(task_id="say").expand(bash_command=numbers())'
    made = converted(tmp_path, body + "\ndouble(1)", say=TaskPlan(mapping="loop"))
    assert made.manifest.dags["mapped"].level == "job"
    assert {"CF060", "CF065"} <= codes(made)


def test_without_a_wish_there_is_an_op_for_each_item(tmp_path: Path) -> None:
    made = converted(tmp_path, "double.expand(n=numbers())")
    assert made.manifest.dags["mapped"].level == "job"
    assert "each_double(numbers=numbers_done.outcome).map(lambda n: double(n=n).outcome)" in module_of(made)
    assert "CF060" in codes(made)


def test_the_place_of_an_item_is_its_map_index(tmp_path: Path) -> None:
    body = "@task\ndef place(n, ti=None):\n    return ti.map_index\nplace.expand(n=numbers())\ndouble(1)"
    assert "return int(context.get_mapping_key())" in module_of(converted(tmp_path, body))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            'BashOperator.partial(task_id="say").expand_kwargs(numbers())',
            id="keys that only a run knows, for a rule",
        ),
        pytest.param(
            'EmailOperator.partial(task_id="say", subject="s", html_content="c").expand(to=numbers())',
            id="an operator without a rule",
        ),
    ],
)
def test_a_mapped_operator_that_is_not_native_runs_in_airflow(tmp_path: Path, body: str) -> None:
    made = converted(tmp_path, f"{body}\ndouble(1)")
    assert made.manifest.dags["mapped"].tasks["say"].disposition == "bridged"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "@task_group\ndef each(n):\n    EmailOperator(task_id='tell', to=n, subject='s', html_content='c')\n"
            "each.expand(n=numbers())",
            id="a task of a mapped group that would run in Airflow",
        ),
        pytest.param("double.expand(n=5)", id="no list"),
    ],
)
def test_what_has_no_form_leaves_the_dag_in_airflow(tmp_path: Path, body: str) -> None:
    made = converted(tmp_path, body)
    assert made.manifest.dags["mapped"].level == "lift"
    assert "CF040" in codes(made)
