"""`migrate convert` and `migrate scan --plan`, as a user calls them."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from migrator.cli import group
from migrator.errors import PlanError, UsageError
from migrator.scan import scan

DAGS = Path(__file__).parent / "dags"


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    folder = tmp_path / "dags"
    shutil.copytree(DAGS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(group, [str(a) for a in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def converted(dags: Path, out: Path, *options: object) -> str:
    status, output = run("convert", dags, "--out", out, "--no-verify", *options)
    assert status == 0
    return output


def test_check_is_silent_after_a_conversion_and_fails_after_a_change_of_a_dag(
    dags: Path, tmp_path: Path
) -> None:
    out = tmp_path / "project"
    converted(dags, out)
    assert run("convert", dags, "--out", out, "--check") == (0, "")
    twice = dags / "twice.py"
    twice.write_text(twice.read_text().replace("top=2", "top=3"))
    status, output = run("convert", dags, "--out", out, "--check")
    assert status == 1
    assert "changed: defs/twice.py" in output


def test_diff_shows_the_change_and_writes_nothing(dags: Path, tmp_path: Path) -> None:
    out = tmp_path / "project"
    converted(dags, out)
    before = (out / "defs/twice.py").read_text()
    twice = dags / "twice.py"
    twice.write_text(twice.read_text().replace("top=2", "top=3"))
    status, output = run("convert", dags, "--out", out, "--diff")
    assert status == 0
    assert "-    top = 2" in output and "+    top = 3" in output
    assert (out / "defs/twice.py").read_text() == before


def test_an_edited_module_is_kept_until_it_is_forced(dags: Path, tmp_path: Path) -> None:
    out = tmp_path / "project"
    converted(dags, out)
    module = out / "defs/twice.py"
    module.write_text(module.read_text() + "# ours\n")
    twice = dags / "twice.py"
    twice.write_text(twice.read_text().replace("top=2", "top=3"))
    assert "kept, as it was edited" in converted(dags, out)
    assert "# ours" in module.read_text()
    converted(dags, out, "--force")
    assert "# ours" not in module.read_text() and "top = 3" in module.read_text()


def test_one_dag_is_converted_and_the_others_stay_as_they_are(dags: Path, tmp_path: Path) -> None:
    out = tmp_path / "project"
    converted(dags, out)
    for name in ("twice", "fails"):
        path = dags / f"{name}.py"
        path.write_text(path.read_text().replace("top=2", "top=3").replace('"told"', '"TOLD"'))
    converted(dags, out, "--dag", "twice")
    assert "top = 3" in (out / "defs/twice.py").read_text()
    assert '"told"' in (out / "defs/fails.py").read_text()
    assert (out / "defs/routes.py").exists()


def test_an_unknown_dag_names_those_that_there_are(dags: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no DAG has the id nope; there are .*twice"):
        run("convert", dags, "--out", tmp_path / "project", "--dag", "nope")


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("dags:\n  twice:\n    tasks:\n      jion: {asset: x}\n", "twice has no task jion; it has fetch"),
        ("dags:\n  twice:\n    lvl: asset\n", r"migrate.yaml:3: dags.twice.lvl"),
        ("dags: [\n", r"migrate.yaml:2"),
        (
            "dags:\n  twice:\n    tasks:\n      join: {asset: rows}\n      summarize: {asset: rows}\n",
            "the plan calls both join and summarize twice/rows",
        ),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(dags: Path, tmp_path: Path, plan: str, message: str) -> None:
    file = tmp_path / "migrate.yaml"
    file.write_text(plan)
    with pytest.raises(PlanError, match=message):
        run("convert", dags, "--out", tmp_path / "project", "--plan", file)
    assert not (tmp_path / "project").exists()


def test_the_plan_names_assets_and_their_layer(dags: Path, tmp_path: Path) -> None:
    file = tmp_path / "migrate.yaml"
    file.write_text("dags:\n  twice:\n    tasks:\n      join: {asset: order_lines, layer: silver}\n")
    converted(dags, tmp_path / "project", "--plan", file)
    text = (tmp_path / "project/defs/twice.py").read_text()
    assert "def order_lines(orders, catalog):" in text
    assert 'group_name="silver"' in text
    assert 'dg.AssetIn(key=["twice", "order_lines"])' in text


def test_the_plan_can_leave_a_dag_in_airflow(dags: Path, tmp_path: Path) -> None:
    file = tmp_path / "migrate.yaml"
    file.write_text("dags:\n  twice:\n    level: lift\n")
    converted(dags, tmp_path / "project", "--plan", file)
    assert "CF044: the plan says so" in (tmp_path / "project/defs/twice.py").read_text()


def test_scan_writes_a_plan_and_keeps_what_people_made_of_it(dags: Path, tmp_path: Path) -> None:
    file = tmp_path / "migrate.yaml"
    count = len(scan([dags])[0].dags)
    assert f"{count} DAGs added" in run("scan", dags, "--plan", file)[1]
    edited = file.read_text().replace("asset: join", "asset: order_lines  # a noun")
    file.write_text(edited)
    assert "nothing to add" in run("scan", dags, "--plan", file)[1]
    assert file.read_text() == edited
    (dags / "new.py").write_text(
        (dags / "mixed.py").read_text().replace("plain", "newer").replace("over_a", "on_a")
    )
    run("scan", dags, "--plan", file)
    assert "asset: order_lines  # a noun" in file.read_text() and "newer:" in file.read_text()


def test_a_folder_of_somebody_else_is_not_touched(dags: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        run("convert", dags, "--out", theirs)
    assert [p.name for p in theirs.iterdir()] == ["notes.txt"]


def test_a_name_that_is_no_package_is_refused(dags: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no name for a Python package"):
        run("convert", dags, "--out", tmp_path / "my-project")


HOSTILE = '""" \\ {x} \n </script> \' " %s $x é'
HOSTILE_DAG = """
from datetime import datetime
from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator

TEXT = {text!r}

@dag(dag_id={dag_id!r}, start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False,
     description={text!r}, doc_md={text!r}, tags=[{text!r}], default_args={{"owner": {text!r}}})
def made():
    @task
    def one():
        return TEXT

    one() >> BashOperator(task_id="tä-sk.1", bash_command="echo '{{{{ ds }}}}'" + {text!r}, doc_md={text!r})

made()
"""


def test_ids_texts_and_file_names_that_python_and_dagster_dislike_give_a_project_that_loads(
    tmp_path: Path,
) -> None:
    dags = tmp_path / "dags"
    (dags / "a b").mkdir(parents=True)
    names = ['a b/quo"""te.py', "back\\slash.py", "new\nline.py", "dash-é.py", "class.py", "{x}.py"]
    for name, dag_id in zip(names, ["ü.b-c_1", "a.b", "a-b", "a_b", "class", "_"], strict=True):
        (dags / name).write_text(HOSTILE_DAG.format(dag_id=dag_id, text=HOSTILE))
    for options in ([], ["--plan", tmp_path / "plan.yaml"]):
        status, output = run("convert", dags, "--out", tmp_path / "out", *options)
        assert status == 0 and "verified" in output and "SC048" not in output, output
        assert run("scan", dags, "--plan", tmp_path / "plan.yaml")[0] == 0
    status, output = run("import", dags, "--out", tmp_path / "jobs: 1")
    assert status == 0 and "verified" in output, output


def test_a_plan_cannot_give_names_that_dagster_refuses(dags: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("version: 1\ndags:\n  twice:\n    tasks:\n      a: {asset: raw orders}\n")
    with pytest.raises(PlanError, match=r"plan.yaml:5: dags.twice.tasks.a.asset: .*pattern"):
        run("convert", dags, "--out", tmp_path / "out", "--plan", plan)
