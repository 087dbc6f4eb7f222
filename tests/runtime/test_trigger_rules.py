"""Each trigger rule decides as Airflow's scheduler does, for every set of one to three states before it."""

from itertools import combinations_with_replacement, product
from typing import Any

import pytest

from migrator.runtime.outcomes import RULES, TEARDOWN, Outcome, decide

STATES = ("success", "failed", "skipped", "upstream_failed")


def sets_of(kinds: Any) -> list[tuple[Any, ...]]:
    return [found for n in (1, 2, 3) for found in combinations_with_replacement(kinds, n)]


def decided(rule: str, before: Any) -> str:
    return decide(rule, [Outcome(f"task{n}", state, setup=setup) for n, (state, setup) in enumerate(before)])


def compare(airflow: Any, cases: list[Any]) -> None:
    answers = airflow.ask("decide", cases=cases)
    ours = [decided(*case) for case in cases]
    assert [(c, a, o) for c, a, o in zip(cases, answers, ours, strict=True) if a != o] == []


def test_every_rule_of_airflow_is_known(airflow: Any) -> None:
    assert set(airflow.ask("rules")) <= set(RULES)


def test_rules_decide_as_airflow_does(airflow: Any) -> None:
    rules = set(airflow.ask("rules")) - {TEARDOWN}
    plain = product(STATES, [False])
    compare(airflow, [[rule, before] for rule, before in product(sorted(rules), sets_of(list(plain)))])


def test_a_teardown_decides_by_its_setups_as_in_airflow(airflow: Any) -> None:
    compare(airflow, [[TEARDOWN, before] for before in sets_of(list(product(STATES, [False, True])))])


@pytest.mark.parametrize("rule", RULES)
def test_a_task_with_nothing_before_it_runs(rule: str) -> None:
    assert decide(rule, []) == "run"


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_can_overrule_an_arm_that_was_not_taken(rule: str) -> None:
    before = [Outcome("branch", "success", skips="arm"), Outcome("other", "failed")]
    assert decide(rule, before) == "skipped"


def test_a_teardown_runs_after_a_short_circuit() -> None:
    before = [Outcome("setup", "success", setup=True), Outcome("check", "success", False, skips="all")]
    assert decide(TEARDOWN, before) == "run"


def test_a_setup_in_scope_must_have_succeeded_whatever_the_rule() -> None:
    before = [Outcome("cluster", "failed", setup=True), Outcome("work", "failed")]
    assert decide("all_done", before, setups=["cluster"]) == "upstream_failed"


def test_a_setup_in_scope_does_not_count_for_the_rule() -> None:
    before = [Outcome("cluster", "success", setup=True), Outcome("work", "skipped")]
    assert decide("one_success", before, setups=["cluster"]) == "skipped"
