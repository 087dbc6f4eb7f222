"""Files that the plan chooses for the values of assets, read in the new project."""

import ast
from pathlib import Path

import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.errors import PlanError
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

DAG = """
from airflow.decorators import dag, task
from datetime import datetime

@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def shop():
    @task
    def orders(ds=None):
        return [ds]

    @task
    def totals(found):
        return len(found)

    totals(orders())

shop()
"""


def converted(folder: Path, text: str) -> Conversion:
    (folder / "dags").mkdir()
    (folder / "dags" / "shop.py").write_text(DAG, encoding="utf-8")
    (folder / "migrate.yaml").write_text(text, encoding="utf-8")
    project = scan([folder / "dags"])[0]
    return convert_project(project, plans.read(folder / "migrate.yaml"), lifts(project, None), name="new")


def keys(made: Conversion) -> dict[str, str | None]:
    """The IO manager of each asset, that of its dictionary included."""
    tree = ast.parse(made.files["defs/shop.py"])
    common: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            common |= _key_of(node.value)
    return {
        f.name: {**common, **_key_of(f.decorator_list[0])}.get("key")
        for f in tree.body
        if isinstance(f, ast.FunctionDef) and f.decorator_list
    }


def _key_of(call: ast.expr) -> dict[str, str]:
    assert isinstance(call, ast.Call)
    found = next((k.value for k in call.keywords if k.arg == "io_manager_key"), None)
    return {"key": ast.literal_eval(found)} if found else {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("io: {default: csv, base: out}\n", ["csv", "csv"], id="all"),
        pytest.param("io: {base: out}\ndags: {shop: {io: parquet}}\n", ["parquet", "parquet"], id="a DAG"),
        pytest.param(
            "io: {default: csv, base: out}\ndags: {shop: {tasks: {totals: {io: parquet}}}}\n",
            ["csv", "parquet"],
            id="a task",
        ),
        pytest.param(
            "io: {default: csv, base: out}\ndags: {shop: {tasks: {totals: {io: project}}}}\n",
            ["csv", None],
            id="a task as ever",
        ),
        pytest.param("{}\n", [None, None], id="nobody"),
    ],
)
def test_the_nearest_entry_of_the_plan_counts(text: str, expected: list[str | None], tmp_path: Path) -> None:
    made = converted(tmp_path, text)
    wanted = [kind and f"{kind}_io_manager" for kind in expected]
    assert keys(made) == dict(zip(["orders", "totals"], wanted, strict=True))
    given = made.files.get("io_managers.py", "")
    assert all(name in given for name in wanted if name) and bool(given) == any(wanted)
    assert ("runtime/tables.py" in made.files) == any(wanted)


@pytest.mark.parametrize(
    ("base", "expected"),
    [("s3://lake/tables", "base='s3://lake/tables'"), ("env:LAKE", "base=dg.EnvVar('LAKE')")],
)
def test_the_base_is_a_text_or_a_variable(base: str, expected: str, tmp_path: Path) -> None:
    made = converted(tmp_path, f'io: {{default: csv, base: "{base}"}}\n')
    assert expected in made.files["io_managers.py"]


def test_ops_keep_their_io_manager_and_that_is_told(tmp_path: Path) -> None:
    made = converted(tmp_path, "io: {base: out}\ndags: {shop: {level: job, io: parquet}}\n")
    assert "io_managers.py" not in made.files
    assert [f.code for f in made.findings if f.code == "EN060"] == ["EN060", "EN060"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("io: {default: csv}\n", "there is no base", id="no base"),
        pytest.param("dags: {shop: {io: csv}}\n", "there is no base", id="no base for a DAG"),
        pytest.param('io: {base: "s3://key:secret@lake/x"}\n', "a login does not belong", id="a login"),
        pytest.param('io: {base: "env:a b"}\n', "the name of a variable", id="no variable"),
        pytest.param("io: {default: parket, base: x}\n", "did you mean parquet?", id="a typing mistake"),
    ],
)
def test_a_plan_that_cannot_be_is_an_error(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "migrate.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=r"migrate\.yaml:1") as raised:
        plans.read(tmp_path / "migrate.yaml")
    assert message in str(raised.value) and "secret" not in str(raised.value)


def test_the_readme_names_the_variable_and_who_says_which_packages_are_needed(tmp_path: Path) -> None:
    page = converted(tmp_path, 'io: {default: csv, base: "env:LAKE"}\n').files["README.md"]
    assert "| `LAKE` | place of tables | shop |" in page
    assert "`io_managers.py` says which packages are needed" in page
