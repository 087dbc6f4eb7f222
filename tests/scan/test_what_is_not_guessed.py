"""What a text does not say is a finding, and the DAG is partial: orders, clocks, code of others, changed classes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from migrator.ir import Dag
from migrator.scan.folder import Folder
from migrator.scan.static import unnamed
from tests.scan.conftest import Reading


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(
            "last = EmptyOperator(task_id='x')\n    for n in {'a', 'b'}:\n"
            "        t = EmptyOperator(task_id=n); last >> t; last = t",
            "SC039",
            id="a chain through a set",
        ),
        pytest.param(
            "for i, n in enumerate({'a', 'b'}): EmptyOperator(task_id=f'{n}{i}')",
            "SC009",
            id="places in a set",
        ),
        pytest.param(
            "DAG.add_task = print; EmptyOperator(task_id='a')", "SC038", id="a part of Airflow replaced"
        ),
        pytest.param(
            "import functools\n    @functools.singledispatch\n"
            "    def f(x): EmptyOperator(task_id='a')\n    f(1)",
            "SC008",
            id="a function in foreign hands",
        ),
        pytest.param(
            "import importlib; importlib.import_module(name)", "SC008", id="a module that is not known"
        ),
        pytest.param("dag.surprise()", "SC008", id="a method of a DAG that is not known"),
        pytest.param(
            "import company\n    with company.section('x'): EmptyOperator(task_id='a')",
            "SC008",
            id="a context that is not known",
        ),
    ],
)
def test_what_cannot_be_known_makes_the_dag_partial(
    reading: Callable[[str], Reading], body: str, code: str
) -> None:
    project, findings = reading(f"with DAG('d') as dag:\n    {body}\n")
    assert project.dags[0].partial is not None
    assert code in {f.code for f in findings}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("[EmptyOperator(task_id=n) for n in {'a', 'b'}]", id="a set without edges"),
        pytest.param(
            "for n in {'a', 'b'}: EmptyOperator(task_id=n + '1') >> EmptyOperator(task_id=n + '2')",
            id="edges within each turn",
        ),
        pytest.param("DAG.owner_colour = 'red'", id="a constant put on a class of Airflow's"),
    ],
)
def test_what_is_the_same_everywhere_is_known(one: Callable[[str], Dag], body: str) -> None:
    assert one(f"with DAG('d'):\n    {body}\n").partial is None


@pytest.mark.parametrize(
    ("body", "task_id"),
    [
        pytest.param("{}['x']", "key", id="a key that is not there"),
        pytest.param("int('x')", "value", id="a value that does not fit"),
        pytest.param("raise RuntimeError('x')", "other", id="raised by the file"),
        pytest.param("nowhere", "other", id="a name that is not there"),
        pytest.param("pass", "none", id="nothing"),
    ],
)
def test_the_handler_that_fits_is_read(one: Callable[[str], Dag], body: str, task_id: str) -> None:
    dag = one(f"""
        with DAG("d"):
            try:
                {body}
            except KeyError:
                EmptyOperator(task_id="key")
            except (ValueError, TypeError):
                EmptyOperator(task_id="value")
            except Exception:
                EmptyOperator(task_id="other")
            else:
                EmptyOperator(task_id="none")
    """)
    assert (dag.partial, [t.task_id for t in dag.tasks]) == (None, [task_id])


def test_a_template_that_pulls_an_xcom_is_a_data_link_and_no_edge(one: Callable[[str], Dag]) -> None:
    dag = one("""
        with DAG("d"):
            EmptyOperator(task_id="a")
            BashOperator(task_id="b", bash_command="{{ ti.xcom_pull(task_ids=['a', 'gone']) }}", env={"X": [
                "{% set x = task_instance.xcom_pull('a', key='k') %}"]})
            BashOperator(task_id="c", bash_command="{{ ti.xcom_pull(task_ids='a', dag_id='other') }}")
    """)
    assert [(t.upstream, t.data_upstream) for t in dag.tasks] == [
        (frozenset(), frozenset()),
        (frozenset(), {"a"}),
        (frozenset(), frozenset()),
    ]


def test_a_factory_of_a_package_that_gets_the_names_of_the_file_is_told(
    reading: Callable[[str], Reading],
) -> None:
    _, findings = reading("import dagfactory\ndagfactory.load_yaml_dags(globals_dict=globals())\n")
    assert "SC051" in {f.code for f in findings}


def test_a_dag_that_is_only_bound_under_a_doubt_is_partial(one: Callable[[str], Dag]) -> None:
    dag = one("""
        try:
            import company
        except ImportError:
            company = None
        if company is not None:
            dag = DAG("d")
            EmptyOperator(task_id="a", dag=dag)
    """)
    assert dag.partial is not None


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("re.match('(a+)+b', 'a' * 40)", id="nested repetitions"),
        pytest.param("re.match('.*' * 12 + 'b', 'a' * 400)", id="many repetitions"),
    ],
)
def test_a_pattern_that_may_take_forever_is_not_tried(one: Callable[[str], Dag], expression: str) -> None:
    dag = one(
        f"import re\nfound = {expression}\nwith DAG('d'):\n    EmptyOperator(task_id='a' if found else 'b')\n"
    )
    assert dag.partial is not None


def test_an_id_that_is_not_known_is_a_pattern_for_airflow_to_fill(tmp_path: Path) -> None:
    (tmp_path / "stages.py").write_text(
        "import os\nfrom airflow import DAG\nfrom airflow.operators.empty import EmptyOperator\n"
        "STAGE = os.environ['STAGE']\n"
        "for name in ('a.b', 'c'):\n"
        "    with DAG(f'{STAGE}_{name}'):\n"
        "        EmptyOperator(task_id=name[0])\n"
        "with DAG(os.environ['NAME']):\n"
        "    pass\n"
    )
    folder = Folder(tmp_path)
    found = unnamed(folder, folder.source("stages.py"))
    assert [pattern for pattern, _ in found] == [r".+_a\.b", ".+_c", ".+"]
    assert [[task.task_id for task in dag.tasks] for _, dag in found] == [["a"], ["c"], []]
