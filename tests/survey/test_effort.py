"""The effort estimate: every hour can be followed to a rate, and what stands once in the text costs once."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator import plan as plans
from migrator.errors import PlanError
from migrator.findings import rules
from migrator.rates import BY_KEY
from migrator.survey import Options, Survey, effort

ROOT = Path(__file__).parents[2]
Json = dict[str, Any]
HEAD = """\
from datetime import datetime
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
START = datetime(2024, 1, 1)
"""
TWO_STEPS = """
with DAG("{0}", start_date=START, schedule="@daily", catchup=False):
    BashOperator(task_id="a", bash_command="true") >> BashOperator(task_id="b", bash_command="true")
"""
FACTORY = """
def make(name):
    with DAG(name, start_date=START, schedule="@daily", catchup=False) as made:
        BashOperator(task_id="a", bash_command="true")
    return made

for name in ("one", "two", "three"):
    globals()[name] = make(name)
"""
Estimate = Callable[..., Json]


@pytest.fixture
def estimate(tmp_path: Path) -> Estimate:
    """The report on DAG files of these texts, under a plan of that text."""

    def run(*texts: str, plan: str = "") -> Json:
        folder = tmp_path / "dags"
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"file{number}.py").write_text(HEAD + dedent(text))
        (tmp_path / "migrate.yaml").write_text(plan)
        options = Options(plan=plans.read(tmp_path / "migrate.yaml"), jobs=1)
        with Survey([folder], options) as survey:
            return {"effort": survey.effort, "dags": {d["dag_id"]: d["effort"] for d in survey.dags()}}

    return run


def items(one: Json) -> dict[str, float]:
    found = one["items"] if "items" in one else one["by_item"]
    return {item["key"]: item["hours"] for item in found}


def dag(**changes: Any) -> Json:
    """A DAG of the report, as far as an estimate reads it."""
    task = {"task_id": "a", "operator": "X", "file": "f.py", "line": 1, "column": 1, "disposition": "native"}
    return {
        "dag_id": "d",
        "file": "f.py",
        "line": 1,
        "level": "asset",
        "partial": False,
        "tasks": [task],
        **changes,
    }


def finding(
    code: str, line: int = 1, *, blocking: bool = True, severity: str = "info", task: str = "a"
) -> Json:
    place = {"file": "f.py", "line": line, "dag_id": "d", "task_id": task}
    return {"code": code, "blocking": blocking, "severity": severity, **place}


def test_a_native_dag_costs_its_review_its_steps_a_comparison_and_the_cutover(estimate: Estimate) -> None:
    found = items(estimate(TWO_STEPS.format("orders"))["dags"]["orders"])
    assert found.items() >= {"review_asset": 0.5, "comparison": 1.0, "cutover": 0.25, "step": 0.5}.items()


def test_dags_of_a_factory_are_read_once(estimate: Estimate) -> None:
    dags = estimate(FACTORY)["dags"]
    copies = [one for one in dags.values() if "copy" in items(one)]
    assert len(dags) == 3 and len(copies) == 2
    assert all(items(one) == {"copy": 0.25, "cutover": 0.25} for one in copies)


def test_functions_that_are_called_on_one_line_are_steps_of_their_own(estimate: Estimate) -> None:
    text = """
from airflow.decorators import dag, task

@task
def rows():
    return [1]

@task
def total(values):
    return sum(values)

@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def nested():
    total(rows())

nested()
"""
    head = "from datetime import datetime\n"
    (found,) = estimate(head + text)["dags"].values()
    assert next(item["count"] for item in found["items"] if item["key"] == "step") == 2


def test_the_same_text_in_two_files_is_read_twice(estimate: Estimate) -> None:
    dags = estimate(TWO_STEPS.format("one"), TWO_STEPS.format("two"))["dags"]
    assert dags["one"] == dags["two"] and "copy" not in items(dags["two"])


def test_a_total_is_the_sum_of_its_items_and_of_its_dags_and_what_they_share(estimate: Estimate) -> None:
    found = estimate(TWO_STEPS.format("one"), FACTORY)
    total = found["effort"]
    shared = sum(
        items(total).get(key, 0) for key in ("setup", "link", "connection", "variable", "operator_class")
    )
    assert total["hours"] == sum(items(total).values())
    assert total["hours"] == sum(one["hours"] for one in found["dags"].values()) + shared
    assert sum(total["by_level"].values()) == total["hours"] - shared


def test_a_lifted_dag_costs_a_look_now_and_the_rework_later() -> None:
    found = effort.of_dag(dag(level="lift"), [finding("CF040")], effort.Model())
    assert found["landed"] == 0.75
    assert items(found) == {
        "review_lift": 0.5,
        "cutover": 0.25,
        "rework_flow": 3,
        "step": 0.25,
        "comparison": 1,
    }


def test_a_bridged_task_costs_its_rework_later_and_what_is_only_told_of_it_nothing() -> None:
    task = {**dag()["tasks"][0], "disposition": "bridged"}
    told = [finding(code, blocking=False) for code in ("OP044", "EN042", "OP062")]
    found = effort.of_dag(dag(tasks=[task]), told, effort.Model())
    assert found["landed"] == effort.of_dag(dag(), [], effort.Model())["landed"]
    assert set(items(found)) == {"review_asset", "cutover", "step", "comparison", "operator_use"}
    assert found["operators"] == ["X"]


def test_a_dag_that_the_plan_lifts_is_not_reworked() -> None:
    found = effort.of_dag(dag(level="lift"), [finding("CF044")], effort.Model())
    assert items(found) == {"review_lift": 0.5, "cutover": 0.25}


def test_rework_of_one_kind_costs_a_quarter_at_each_further_place_and_once_at_each_place() -> None:
    reasons = [finding("CF040", 1), finding("CF043", 1), finding("CF040", 2), finding("CF040", 3)]
    assert items(effort.of_dag(dag(level="lift"), reasons, effort.Model()))["rework_flow"] == 3 * 1.5


def test_an_operator_class_without_a_rule_is_paid_for_once_in_the_project() -> None:
    total = effort.Total()
    for name in ("one", "two"):
        one = dag(dag_id=name, level="lift")
        spent = effort.of_dag(one, [finding("OP044")], effort.Model())
        total.add({**one, "effort": spent, "inventory": {"connections": [], "variables": [], "pools": []}})
    assert items(total.as_json()).items() >= {"operator_class": 4.0, "operator_use": 1.0}.items()


def test_shared_things_are_set_up_once_and_the_default_pool_never() -> None:
    total = effort.Total()
    for name in ("one", "two"):
        one = dag(dag_id=name)
        needs = {
            "connections": ["warehouse"],
            "default_connections": ["aws_default"],
            "variables": ["limit", name],
            "pools": ["default_pool", "slow"],
        }
        total.add({**one, "effort": effort.of_dag(one, [], effort.Model()), "inventory": needs})
    found = {item["key"]: item["count"] for item in total.as_json()["by_item"]}
    assert found.items() >= {"connection": 2, "variable": 3, "pool": 1, "setup": 1}.items()


def test_two_dags_that_are_linked_twice_are_one_pair() -> None:
    link = {"from": "a", "to": "b", "kind": "triggers", "via": "t", "missing": False}
    found = effort.Total().as_json([link, {**link, "via": "u"}])
    assert items(found)["link"] == BY_KEY["link"].hours


def test_each_kind_of_warning_costs_a_look_and_what_is_only_told_costs_nothing() -> None:
    told = [finding("EN041", n, blocking=False, severity="warning") for n in (1, 2)]
    told.append(finding("CF049", blocking=False))
    assert items(effort.of_dag(dag(), told, effort.Model()))["warning"] == 0.25


def test_a_dag_without_tasks_costs_nothing_unless_they_are_only_unknown() -> None:
    assert effort.of_dag(dag(tasks=[]), [], effort.Model())["hours"] == 0
    assert effort.of_dag(dag(tasks=[], partial=True, level="lift"), [], effort.Model())["hours"] > 0


def test_the_range_holds_the_estimate(estimate: Estimate) -> None:
    found = estimate(TWO_STEPS.format("one"))["effort"]
    low, high = found["range"]
    assert low < found["hours"] < high and found["landed"] <= found["hours"]


def test_the_plan_changes_rates_and_says_so(estimate: Estimate) -> None:
    found = estimate(TWO_STEPS.format("orders"), plan="effort:\n  rates:\n    setup: 60\n    comparison: 0\n")
    assert items(found["effort"])["setup"] == 60 and "comparison" not in items(found["effort"])
    assert found["effort"]["model"]["overridden"] == ["setup", "comparison"]
    assert found["effort"]["model"]["rates"]["setup"] == 60


def test_the_plan_may_state_the_hours_of_a_dag(estimate: Estimate) -> None:
    found = estimate(TWO_STEPS.format("orders"), plan="dags:\n  orders:\n    effort: 7.6\n")
    assert found["dags"]["orders"]["hours"] == 7.5
    assert found["effort"]["model"]["stated"] == {"orders": 7.6}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("effort:\n  rates:\n    stup: 3\n", id="a rate that does not exist"),
        pytest.param("effort:\n  rates:\n    setup: -1\n", id="less than nothing"),
        pytest.param("effort:\n  rates:\n    setup: .inf\n", id="without end"),
        pytest.param("effort:\n  rates:\n    setup: .nan\n", id="not a number"),
    ],
)
def test_a_plan_with_rates_that_mean_nothing_is_refused(estimate: Estimate, text: str) -> None:
    with pytest.raises(PlanError, match="rates"):
        estimate(plan=text)


@given(st.floats(0, 1e6))
def test_hours_are_quarters(amount: float) -> None:
    assert effort.quarters(amount) * 4 == int(effort.quarters(amount) * 4)
    assert abs(effort.quarters(amount) - amount) <= 0.125


def test_every_code_has_a_rate_or_is_known_to_cost_nothing() -> None:
    costs = {code: effort.rework_of(code) for code in (rule.code for rule in rules())}
    assert {code for code, key in costs.items() if key is None} == {"CF044", "SC046"}
    assert {key for key in costs.values() if key} <= set(BY_KEY)


def test_the_page_of_the_model_is_fresh() -> None:
    from scripts.effort_page import page

    assert (ROOT / "docs" / "effort.md").read_text(encoding="utf-8") == page(), "run `make renew`"
