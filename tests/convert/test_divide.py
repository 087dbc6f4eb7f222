"""Which tasks are native, which are bridged, and what a bridged one is given."""

from collections.abc import Callable
from pathlib import Path

import pytest

from migrator.convert import Conversion, convert_project
from migrator.phase_one.lifts import lifts
from migrator.plan import DagPlan, Plan
from migrator.plan.model import TaskPlan
from migrator.scan import scan

HEAD = """
from datetime import datetime
from airflow import DAG
from airflow.decorators import task
from airflow.models import BaseOperator, Variable
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.sensors.external_task import ExternalTaskSensor
from elsewhere import FarOperator

class NearOperator(BaseOperator):
    def execute(self, context):
        return 1

    def on_kill(self):
        pass

class MySensor(ExternalTaskSensor):
    def poke(self, context):
        return True

def plain():
    return 1

def asks(**context):
    {asks}

with DAG("d", schedule=None, start_date=datetime(2024, 1, 1)):
    {tasks}
"""
ONE_OF_EACH = 'PythonOperator(task_id="a", python_callable=plain) >> NearOperator(task_id="b")'
ASKED = (
    'PythonOperator(task_id="a", python_callable=plain) >> PythonOperator(task_id="b", python_callable=asks)'
)

Convert = Callable[..., Conversion]


@pytest.fixture
def convert(tmp_path: Path) -> Convert:
    """Of a DAG `d` with these tasks, of which `asks` may be the function of one."""

    def run(tasks: str, asks: str = "pass", plan: DagPlan | None = None) -> Conversion:
        (tmp_path / "d.py").write_text(HEAD.format(tasks=tasks, asks=asks))
        project = scan([tmp_path])[0]
        return convert_project(project, Plan(dags={"d": plan or DagPlan()}), lifts(project, None), name="new")

    return run


def dispositions(made: Conversion) -> dict[str, str]:
    return {i: task.disposition for i, task in made.manifest.dags["d"].tasks.items()}


def codes(made: Conversion) -> set[str]:
    return {finding.code for finding in made.findings}


def test_a_task_without_a_native_form_costs_itself(convert: Convert) -> None:
    made = convert(ONE_OF_EACH)
    assert dispositions(made) == {"a": "native", "b": "bridged"}
    assert {"OP067", "OP060"} <= codes(made)


def test_a_dag_of_which_nothing_would_be_native_is_lifted_unless_the_plan_says_otherwise(
    convert: Convert,
) -> None:
    tasks = 'EmptyOperator(task_id="a") >> NearOperator(task_id="b")'
    made = convert(tasks)
    assert made.manifest.dags["d"].level == "lift" and {"OP067", "OP063"} <= codes(made)
    wanted = convert(tasks, plan=DagPlan(level="asset"))
    assert wanted.manifest.dags["d"].level == "asset" and dispositions(wanted)["b"] == "bridged"


def test_the_plan_may_bridge_a_task_that_has_a_native_form(convert: Convert) -> None:
    tasks = (
        'PythonOperator(task_id="a", python_callable=plain) >> EmptyOperator(task_id="b") >> task(plain)()'
    )
    made = convert(tasks, plan=DagPlan(tasks={"a": TaskPlan(bridge=True)}))
    assert dispositions(made)["a"] == "bridged" and "OP061" in codes(made)


def test_the_plan_may_refuse_to_bridge_a_task(convert: Convert) -> None:
    made = convert(ONE_OF_EACH, plan=DagPlan(tasks={"b": TaskPlan(bridge=False)}))
    assert made.manifest.dags["d"].level == "lift" and {"OP067", "OP061"} <= codes(made)


def test_a_task_that_looks_at_other_dags_is_never_bridged_whatever_its_class_is_called(
    convert: Convert,
) -> None:
    sensor = 'MySensor(task_id="b", external_dag_id="other")'
    made = convert(f'PythonOperator(task_id="a", python_callable=plain) >> {sensor}')
    assert made.manifest.dags["d"].level == "lift"


@pytest.mark.parametrize(
    ("asks", "given"),
    [
        pytest.param('context["ti"].xcom_pull("a")', True, id="by a constant"),
        pytest.param('context["ti"].xcom_pull(task_ids=["a"], key="other")', False, id="another key"),
        pytest.param("context['ti'].xcom_pull()", True, id="of no task in particular"),
        pytest.param("unknown(context)", True, id="by code that is not here"),
        pytest.param("print(context); return sorted(context)", False, id="nothing, but it shows the context"),
        pytest.param("return sorted(context)", False, id="nothing"),
    ],
)
def test_a_bridged_task_is_given_what_it_may_pull(asks: str, given: bool, convert: Convert) -> None:
    made = convert(ASKED, asks if "context)" in asks else f"{asks}; return sorted(context)")
    assert dispositions(made) == {"a": "native", "b": "bridged"}
    assert ('{"a": a}' in made.files["defs/d.py"].replace("'", '"')) == given


@pytest.mark.parametrize(
    ("tasks", "given"),
    [
        pytest.param('FarOperator(task_id="b")', "{'a': a}", id="a class that is not here may read anything"),
        pytest.param('NearOperator(task_id="b")', None, id="one that is here does not"),
        pytest.param(
            'NearOperator(task_id="b", x="{{ ti.xcom_pull(task_ids=\'a\') }}")',
            "{'a': a}",
            id="in a template",
        ),
    ],
)
def test_what_an_operator_may_pull_is_seen_in_its_arguments_and_its_class(
    tasks: str, given: str | None, convert: Convert
) -> None:
    made = convert(f'PythonOperator(task_id="a", python_callable=plain) >> {tasks}')
    text = made.files["defs/d.py"]
    assert dispositions(made)["b"] == "bridged"
    assert (given in text) if given else ("{'a'" not in text)


@pytest.mark.parametrize(
    "asks",
    [
        'return context["prev_data_interval_start_success"]',
        'Variable.set("a", 1); return sorted(context)',
        "return context['ti'].get_previous_ti()",
    ],
)
def test_what_needs_more_of_airflow_than_its_run_is_told(asks: str, convert: Convert) -> None:
    made = convert(ASKED, asks)
    assert dispositions(made)["b"] == "bridged" and "OP065" in codes(made)


READS = """
    def reads(ti):
        return ti.xcom_pull("b", key="half")
    first = PythonOperator(task_id="b", python_callable=asks)
    between = PythonOperator(task_id="between", python_callable=plain)
    first >> {rest}
"""
LAST = 'PythonOperator(task_id="last", python_callable=reads, trigger_rule="{rule}")'


@pytest.mark.parametrize(
    ("then", "rest", "rule", "native"),
    [
        ("raise ValueError()", "{last}", "all_done", False),
        ("assert plain()", "{last}", "one_failed", False),
        ("return [1]", "{last}", "all_done", True),  # it cannot fail once it has pushed
        ("raise ValueError()", "{last}", "all_success", True),  # nobody reads what it left behind
        ("raise ValueError()", "{last}", "none_failed", True),
        ("raise ValueError()", "between >> {last}", "all_success", True),
        ("raise ValueError()", "between >> {last}", "all_done", False),
    ],
)
def test_what_is_read_after_its_task_has_failed_is_pushed_in_airflow(
    then: str, rest: str, rule: str, native: bool, convert: Convert
) -> None:
    asks = f'context["ti"].xcom_push(key="half", value=1)\n    {then}'
    made = convert(READS.format(rest=rest.format(last=LAST.format(rule=rule))), asks)
    expected = "native" if native else "bridged"
    assert dispositions(made) == {"b": expected, "between": "native", "last": "native"}
    assert ("DP044" in codes(made)) is not native


@pytest.mark.parametrize(
    ("then", "rule", "told"), [("return plain()", "all_done", True), ("return 1", "all_done", False)]
)
def test_what_may_go_wrong_after_a_push_is_told(then: str, rule: str, told: bool, convert: Convert) -> None:
    asks = f'context["ti"].xcom_push(key="half", value=1)\n    {then}'
    made = convert(READS.format(rest=LAST.format(rule=rule)).replace("{rest}", ""), asks)
    assert dispositions(made)["b"] == "native" and ("DP061" in codes(made)) is told
