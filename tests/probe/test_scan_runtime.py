"""What Airflow loads, in the words of the model."""

from pathlib import Path

import pytest

from migrator.errors import ProbeError
from migrator.findings import Finding
from migrator.ir import Cron, Dag, Literal, Project, Task, Template, XCom
from migrator.scan import scan
from migrator.scan.runtime import load
from tests.probe.conftest import DAGS

FILES = ["constructs.py", "steps.py", "hostile/wrong.py", "hostile/exits.py"]


@pytest.fixture(scope="module")
def loaded(python: str) -> tuple[Project, list[Finding]]:
    return load(DAGS, FILES, python)


@pytest.fixture(scope="module")
def project(loaded: tuple[Project, list[Finding]]) -> Project:
    return loaded[0]


@pytest.fixture(scope="module")
def dag(project: Project) -> Dag:
    (found,) = [dag for dag in project.dags if dag.dag_id == "constructs"]
    return found


def test_a_project_has_what_loads(project: Project) -> None:
    assert [(dag.dag_id, dag.origin.file) for dag in project.dags] == [
        ("constructs", "constructs.py"),
        ("steps", "steps.py"),
    ]
    assert [file.path for file in project.files] == ["constructs.py", "steps.py"]
    assert project.airflow


def test_what_does_not_load_is_a_finding(loaded: tuple[Project, list[Finding]]) -> None:
    assert [(f.code, f.origin.file, f.origin.line) for f in loaded[1]] == [
        ("SC022", "hostile/exits.py", 5),
        ("SC020", "hostile/wrong.py", 5),
    ]


def test_a_dag_in_the_words_of_the_model(dag: Dag, project: Project) -> None:
    assert (dag.form, dag.origin.seen_by, dag.partial) == ("runtime", "runtime", None)
    assert dag.schedule == Cron("@daily", "UTC", (project.airflow or "").startswith("2."))
    assert (dag.start_date, dag.tags, dag.owners) == ("2024-01-01T00:00:00+00:00", ("probe",), ("orders",))
    assert dag.default_args["owner"] == Literal("orders")
    assert dag.args["params"] == Literal({"who": "world"})


def test_an_operator_in_the_words_of_the_model(dag: Dag) -> None:
    shell = dag.task("shell")
    assert shell.operator.endswith(".bash.BashOperator")
    assert shell.args["bash_command"] == Template("echo noise; echo {{ ds }} {{ params.who }}")
    assert shell.own == {"bash_command"}
    assert shell.upstream == {"described"}
    described = dag.task("described")
    assert described.args["op_args"] == Literal([3])
    assert described.function is not None
    assert (described.function.name, described.function.file) == ("describe", "constructs.py")


def test_a_taskflow_task_in_the_words_of_the_model(dag: Dag) -> None:
    add, double = dag.task("add"), dag.task("double")
    assert (add.operator, add.taskflow, add.mapped) == ("airflow.decorators.task", True, False)
    assert add.positional == (XCom("double"),)
    assert add.data_upstream == {"double"}
    assert (double.mapped, double.expand, double.keywords) == (True, ("x",), {"x": XCom("numbers")})


def test_a_branch_knows_its_kind(project: Project) -> None:
    (steps,) = [dag for dag in project.dags if dag.dag_id == "steps"]
    branch = steps.task("choose")
    assert branch.operator == "airflow.decorators.task.branch"
    assert branch.operator_class == "_BranchPythonDecoratedOperator"
    assert isinstance(branch, Task)


def test_an_interpreter_that_does_not_start_ends_the_command() -> None:
    with pytest.raises(ProbeError, match="/nowhere/python cannot be started: No such file or directory"):
        load(Path(DAGS), FILES, "/nowhere/python")


def test_two_files_with_one_dag_id_give_one_dag_and_it_is_that_of_its_file(
    tmp_path: Path, airflow2_python: str
) -> None:
    for name in ("a", "b"):
        text = (
            f"from airflow import DAG\nwith DAG('same', schedule=None) as dag:\n    dag.doc_md = '{name}'\n"
        )
        (tmp_path / f"{name}.py").write_text(text)
    project, findings = scan([tmp_path], airflow_python=airflow2_python)
    assert [(dag.origin.file, dag.doc_md) for dag in project.dags] == [("a.py", "a")]
    assert [f.origin.file for f in findings if f.code == "SC013"] == ["b.py"]
