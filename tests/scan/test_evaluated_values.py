"""What becomes of an argument: constants, templates, XComs, functions, and code that is kept as it stands."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from migrator.ir import Code, Dag, Dictionary, Function, Literal, Manual, Template, Value, XCom
from tests.scan.conftest import Reading

One = Callable[[str], Dag]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("'a' + 'b'", Literal("ab"), id="a sum"),
        pytest.param("'-'.join(sorted({'b', 'a'}))", Literal("a-b"), id="methods"),
        pytest.param("'0 %d * * *' % 5", Literal("0 5 * * *"), id="percent"),
        pytest.param("timedelta(minutes=2) * 2", Literal(timedelta(minutes=4)), id="a distance"),
        pytest.param(
            "{**{'a': 1}, 'b': [2, (3,)]}", Literal({"a": 1, "b": [2, (3,)]}), id="nested containers"
        ),
        pytest.param("f'echo {{{{ ds }}}} {1:03d}'", Template("echo {{ ds }} 001"), id="a template"),
        pytest.param(
            "{'a': '{{ ds }}', 'b': 1}",
            Dictionary({"a": Template("{{ ds }}"), "b": Literal(1)}),
            id="a template inside",
        ),
        pytest.param("first.output", XCom("first"), id="an XCom"),
        pytest.param("first.output['key']", XCom("first", "key"), id="a part of an XCom"),
        pytest.param(
            "unknown(1) + 2",
            Code("unknown(1) + 2", "the name unknown is not defined here"),
            id="unknown code",
        ),
    ],
)
def test_an_argument_is_worth(one: One, expression: str, value: Value) -> None:
    dag = one(f"""
        with DAG("d"):
            first = EmptyOperator(task_id="first")
            BashOperator(task_id="t", env={expression})
    """)
    assert dag.task("t").args["env"] == value


def test_a_variable_is_never_guessed(one: One) -> None:
    dag = one("""
        with DAG("d"):
            BashOperator(task_id="t", cwd=Variable.get("path", default_var="/tmp") + "/x")
    """)
    value = dag.task("t").args["cwd"]
    assert isinstance(value, Code)
    assert value.source == 'Variable.get("path", default_var="/tmp") + "/x"'


def test_a_callable_is_its_definition(one: One) -> None:
    dag = one("""
        def work():
            pass

        with DAG("d", on_failure_callback=work):
            PythonOperator(task_id="t", python_callable=work)
    """)
    assert dag.task("t").function == Function("work", None, "file.py", 9)
    assert dag.args["on_failure_callback"] == dag.task("t").args["python_callable"]


def test_what_the_call_gave_is_told_from_what_it_inherits(one: One) -> None:
    dag = one("""
        with DAG("d", default_args={"retries": 3, "pool": "p", "owner": "me"}):
            BashOperator(task_id="t", bash_command="x", pool="q")
    """)
    task = dag.task("t")
    assert (task.own, task.retries, task.pool, dag.owners) == ({"bash_command", "pool"}, 3, "q", ("me",))


def test_arguments_of_a_decorated_task_are_kept_apart_from_its_options(one: One) -> None:
    dag = one("""
        with DAG("d"):
            @task(retries=2)
            def load(rows, *, mode):
                pass

            load([1], mode="x")
    """)
    task = dag.task("load")
    assert (task.positional, task.keywords) == ((Literal([1]),), {"mode": Literal("x")})
    assert task.own == {"retries"} and task.taskflow


def test_each_task_points_at_the_call_that_makes_it(one: One) -> None:
    dag = one("""
        with DAG("d"):
            a = EmptyOperator(task_id="a")
            b = BashOperator(
                task_id="b",
            )
    """)
    assert [(t.origin.line, t.origin.column, t.origin.end_line) for t in dag.tasks] == [
        (10, 9, 10),
        (11, 9, 13),
    ]


def test_a_doubt_reaches_only_the_dag_that_it_touches(reading: Callable[[str], Reading]) -> None:
    project, findings = reading("""
        with DAG("sure"):
            EmptyOperator(task_id="a")
        with DAG("unsure"):
            if Variable.get("x"):
                EmptyOperator(task_id="b")
    """)
    assert {d.dag_id: d.partial is not None for d in project.dags} == {"sure": False, "unsure": True}
    assert [(f.code, f.dag_id) for f in findings if f.code == "SC007"] == [("SC007", "unsure")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("for n in Variable.get('n'): EmptyOperator(task_id=n)", "SC006", id="a loop"),
        pytest.param("[EmptyOperator(task_id=n) for n in Variable.get('n')]", "SC006", id="a comprehension"),
        pytest.param("EmptyOperator(task_id=Variable.get('n'))", "SC009", id="an id"),
        pytest.param("EmptyOperator(task_id='a') >> Variable.get('n')", "SC011", id="an edge"),
        pytest.param("import company; company.build()", "SC008", id="code from elsewhere"),
        pytest.param("Variable.get('n') and EmptyOperator(task_id='a')", "SC007", id="a short cut"),
        pytest.param("EmptyOperator(task_id='a'); EmptyOperator(task_id='a')", "SC014", id="an id twice"),
        pytest.param("while Variable.get('n'): EmptyOperator(task_id='a')", "SC006", id="a while loop"),
    ],
)
def test_what_cannot_be_known_makes_the_dag_partial(
    reading: Callable[[str], Reading], body: str, code: str
) -> None:
    project, findings = reading(f"with DAG('d'):\n    {body}\n")
    assert project.dags[0].partial is not None
    assert code in {f.code for f in findings}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("import requests; requests.get('http://x')", id="a library that makes no tasks"),
        pytest.param(
            "x = Variable.get('a', deserialize_json=True)['b'].get('c')", id="a value that makes no tasks"
        ),
        pytest.param("print('x'); import logging; logging.info('x')", id="logging"),
    ],
)
def test_a_harmless_call_leaves_the_dag_known(one: One, body: str) -> None:
    assert one(f"with DAG('d'):\n    {body}\n    EmptyOperator(task_id='a')\n").partial is None


def test_without_a_schedule_the_import_tells_the_version(one: One) -> None:
    assert one("from airflow.sdk import DAG\nDAG('x')\ndag = DAG('d')").schedule == Manual()


def test_straight_code_is_no_factory_and_a_loop_is(reading: Callable[[str], Reading]) -> None:
    project, _ = reading("""
        @dag()
        def straight():
            @task
            def a(x=None):
                pass
            a(a())
        straight()

        with DAG("loop"):
            for n in "ab":
                EmptyOperator(task_id=n)
    """)
    assert {d.dag_id: d.factory for d in project.dags} == {"straight": False, "loop": True}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(
            "from company import make\nEmptyOperator(task_id='a', dag=make('d'))",
            "SC034",
            id="a task without a DAG",
        ),
        pytest.param(
            "from company import make\nwith make('d'): EmptyOperator(task_id='a')",
            "SC034",
            id="an unknown context",
        ),
        pytest.param(
            "from company import TeamDag\nx = TeamDag(dag_id='d')",
            "SC008",
            id="a DAG class that was not read",
        ),
        pytest.param("x = 1  # only speaks of a DAG", "SC033", id="no DAG at all"),
        pytest.param(
            "with DAG(Variable.get('n')): EmptyOperator(task_id='a')", "SC010", id="an unknown DAG id"
        ),
        pytest.param("@dag()\ndef d():\n    pass", "SC017", id="a @dag that is not called"),
        pytest.param("def f():\n    return DAG('d')\nf()", "SC017", id="a DAG that is not global"),
        pytest.param("raise RuntimeError('x')", "SC018", id="a file that raises"),
    ],
)
def test_no_dag_is_lost_in_silence(reading: Callable[[str], Reading], body: str, code: str) -> None:
    _, findings = reading(body)
    assert code in {f.code for f in findings}


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        pytest.param("sorted(made.items())", ["b", "a"], id="names of tasks"),
        pytest.param(
            "sorted([(1, 'y', b), (0, 'x', b), (1, 'x', a)], reverse=True)", ["b", "a", "b"], id="two decide"
        ),
        pytest.param(
            "[max((1, a), (2, b)), min((1, a), (2, b))]", ["b", "a"], id="the largest and the smallest"
        ),
    ],
)
def test_pairs_with_tasks_are_sorted_by_what_stands_before_them(
    one: One, expression: str, ids: list[str]
) -> None:
    dag = one(f"""
        with DAG("d"):
            a, b = EmptyOperator(task_id="a"), EmptyOperator(task_id="b")
            made = {{"z": a, "y": b}}
            BashOperator(task_id="t", env=[pair[-1].task_id for pair in {expression}])
    """)
    assert dag.task("t").args["env"] == Literal(ids)


def test_an_order_that_tasks_would_decide_is_not_known(one: One) -> None:
    dag = one("""
        with DAG("d"):
            a, b = EmptyOperator(task_id="a"), EmptyOperator(task_id="b")
            BashOperator(task_id="t", env=[pair[-1].task_id for pair in sorted([(1, a), (1, b)])])
    """)
    assert not isinstance(dag.task("t").args["env"], Literal)
