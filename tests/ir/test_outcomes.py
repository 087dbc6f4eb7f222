"""Which tasks may fail without failing the run."""

import pytest

from migrator.ir import Dag, Literal, Origin, Task
from migrator.ir.outcomes import tolerated

HERE = Origin("a.py")


def task(
    task_id: str, *upstream: str, rule: str = "all_success", operator: str = "PythonOperator", **more: bool
) -> Task:
    return Task(task_id, operator, HERE, upstream=frozenset(upstream), trigger_rule=rule, **more)  # type: ignore[arg-type]


def of(*tasks: Task) -> set[str]:
    return set(tolerated(Dag("a", HERE, tasks=tasks)))


def test_a_leaf_and_what_leads_to_it_fail_the_run() -> None:
    assert of(task("a"), task("b", "a"), task("c", "b")) == set()


def test_a_task_that_only_a_clean_up_follows_is_tolerated() -> None:
    assert of(task("work"), task("clean", "work", rule="all_done")) == {"work"}


def test_one_intolerant_path_is_enough_to_fail_the_run() -> None:
    assert of(task("work"), task("clean", "work", rule="all_done"), task("next", "work")) == set()


def test_a_failure_that_ends_in_a_tolerant_join_is_tolerated_all_along() -> None:
    tasks = task("a"), task("b", "a"), task("end", "b", rule="all_done")
    assert of(*tasks) == {"a", "b"}


@pytest.mark.parametrize("rule", ["none_failed", "none_failed_min_one_success"])
def test_a_join_that_accepts_skips_only_passes_failures_on(rule: str) -> None:
    assert of(task("a"), task("b"), task("join", "a", "b", rule=rule)) == set()


@pytest.mark.parametrize(
    "rule", ["one_success", "one_failed", "all_failed", "one_done", "none_skipped", "always"]
)
def test_a_rule_that_depends_on_the_others_leaves_the_verdict_to_the_leaf(rule: str) -> None:
    assert of(task("a"), task("b"), task("join", "a", "b", rule=rule)) == {"a", "b"}


def test_a_teardown_does_not_decide_the_run_but_its_work_does() -> None:
    end = task("down", "up", "work", rule="all_done_setup_success", teardown=True)
    assert of(task("up", setup=True), task("work", "up"), end) == {"down"}


def test_a_teardown_that_is_told_to_fail_the_run_decides_it() -> None:
    down = Task(
        "down",
        "PythonOperator",
        HERE,
        args={"on_failure_fail_dagrun": Literal(True)},
        upstream=frozenset({"work"}),
        trigger_rule="all_done_setup_success",
        teardown=True,
    )
    assert of(task("work"), down) == {"work"}


def test_a_dag_of_teardowns_is_decided_by_its_leaves() -> None:
    assert of(task("a", teardown=True), task("b", "a", teardown=True)) == set()


def test_an_arm_that_a_branch_may_skip_does_not_certainly_fail() -> None:
    tasks = task("side"), task("choose", operator="BranchPythonOperator"), task("arm", "choose", "side")
    assert of(*tasks) == {"side"}


def test_a_branch_that_fails_skips_nothing() -> None:
    tasks = task("a"), task("choose", "a", operator="BranchPythonOperator"), task("arm", "choose", "a")
    assert of(*tasks) == set()


def test_a_short_circuit_may_skip_tasks_far_below() -> None:
    short = task("short", operator="ShortCircuitOperator")
    assert of(short, task("near", "short"), task("side"), task("far", "near", "side")) == {"side"}
