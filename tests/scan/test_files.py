"""Which files are read: Airflow's own test, `.airflowignore` in both of its forms, links, several paths."""

from pathlib import Path

import pytest

from migrator.errors import UsageError
from migrator.scan import files, scan

DAG = "from airflow import DAG\ndag = DAG({!r})\n"


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(DAG.format(path.replace("/", ".")))


def found(root: Path) -> list[str]:
    return files.find([root], root)[0]


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        pytest.param("helper", ["a.py", "sub/b.py"], id="a regular expression is searched for"),
        pytest.param(r"sub/.*\.py", ["a.py", "helpers.py"], id="a regular expression of a path"),
        pytest.param("# helper\n\n", ["a.py", "helpers.py", "sub/b.py"], id="comments and empty lines"),
        pytest.param("*.py\n!a.py", ["a.py"], id="globs with an exception"),
        pytest.param("**/b.py", ["a.py", "helpers.py"], id="a glob at any depth"),
        pytest.param("/sub/", ["a.py", "helpers.py"], id="a glob of a folder"),
    ],
)
def test_airflowignore_takes_files_out(tmp_path: Path, patterns: str, left: list[str]) -> None:
    make(tmp_path, "a.py", "helpers.py", "sub/b.py")
    (tmp_path / ".airflowignore").write_text(patterns)
    assert found(tmp_path) == left


def test_caches_environments_and_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "__pycache__/b.py", ".git/c.py", "env/lib/d.py")
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert found(tmp_path) == ["a.py"]


def test_a_project_that_migrate_wrote_among_the_dags_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "jobs/defs/a.py")
    (tmp_path / "jobs" / "migration.json").touch()
    assert found(tmp_path) == ["a.py"]


def test_a_link_that_leads_back_does_not_go_round(tmp_path: Path) -> None:
    make(tmp_path, "sub/a.py")
    (tmp_path / "sub" / "again").symlink_to(tmp_path)
    assert found(tmp_path) == ["sub/a.py"]


def test_a_file_without_both_words_is_a_helper(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("NAME = 'x'\n")
    make(tmp_path, "a.py")
    project, _ = scan([tmp_path])
    assert [f.path for f in project.files] == ["a.py", "helper.py"]
    assert [d.dag_id for d in project.dags] == ["a.py"]


def test_several_paths_are_shown_from_the_folder_above_them(tmp_path: Path) -> None:
    make(tmp_path, "one/a.py", "two/b.py", "two/c.py")
    project, _ = scan([tmp_path / "one", tmp_path / "two" / "b.py"])
    assert [d.origin.file for d in project.dags] == ["one/a.py", "two/b.py"]


def test_a_path_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gone"):
        scan([tmp_path / "gone"])


def test_the_same_id_in_two_files_is_a_finding(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(DAG.format("same"))
    project, findings = scan([tmp_path])
    assert [d.origin.file for d in project.dags] == ["a.py"]
    assert [(f.code, f.origin.file) for f in findings] == [("SC013", "b.py")]


def test_a_package_may_import_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "names.py").write_text("DAG_ID = 'named'\n")
    (tmp_path / "jobs" / "__init__.py").write_text(
        "from airflow import DAG\nfrom . import names\ndag = DAG(names.DAG_ID)\n"
    )
    project, findings = scan([tmp_path])
    assert [dag.dag_id for dag in project.dags] == ["named"]
    assert "SC032" not in {finding.code for finding in findings}


def test_yaml_is_read_as_the_library_of_dag_files_reads_it(tmp_path: Path) -> None:
    """In YAML 1.2, and in other libraries, `no` is a text and `010` is ten."""
    (tmp_path / "table.yaml").write_text("{catchup: no, retries: 010, tags: [1_000, 12:30]}\n")
    (tmp_path / "dag.py").write_text(
        "import yaml\nfrom pathlib import Path\nfrom airflow import DAG\n"
        "T = yaml.safe_load(Path(__file__).with_name('table.yaml').read_text())\n"
        "dag = DAG('d', schedule=None, catchup=T['catchup'], tags=[str(t) for t in (*T['tags'], T['retries'])])\n"
    )
    (dag,) = scan([tmp_path])[0].dags
    assert (dag.catchup, dag.tags) == (False, ("1000", "750", "8"))
