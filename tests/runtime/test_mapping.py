"""What is mapped runs once for each item, and always ends: with no items at all, or with a list that never came."""

from typing import Any

import dagster as dg
import pytest
from running import in_one_process, run

from migrator.runtime.mapping import fan_out, product
from migrator.runtime.outcomes import Skip, outcome_op


def double(x: int) -> int:
    if x == 2:
        raise Skip
    if x == 4:
        raise ValueError("on purpose")
    return 2 * x


def states_of(items: Any, seen: list[Any], *, rule: str = "all_done", tries: int = 0) -> dict[str, str]:
    """How a job ends that maps over what a task returns, and sums it up."""

    @outcome_op(many=True)
    def listed() -> Any:
        if items is None:
            raise ValueError("on purpose")
        return items

    @fan_out()
    def each(listed: Any) -> Any:
        return listed

    @outcome_op(name="each_one", retry_policy=dg.RetryPolicy(max_retries=tries))
    def one(x: Any) -> Any:
        return double(x) if isinstance(x, int) else x

    @outcome_op(rule=rule)
    def total(values: list[Any]) -> None:
        seen.append(values)

    @dg.job(executor_def=in_one_process)
    def whole() -> None:
        total(each(listed().outcome).map(lambda x: one(x).outcome).collect())

    return run(whole).states


@pytest.mark.parametrize(
    ("items", "states", "values"),
    [
        pytest.param(
            [1, 2, 3, 4],
            {
                "each_one[0]": "success",
                "each_one[1]": "skipped",
                "each_one[2]": "success",
                "each_one[3]": "failed",
            },
            [2, 6],
            id="four, of which one is skipped and one fails",
        ),
        pytest.param({"a": 1}, {"each_one[0]": "success"}, [("a", 1)], id="the pairs of a dictionary"),
        pytest.param([], {"each_one[none]": "skipped"}, [], id="an empty list is a skipped run"),
        pytest.param(None, {"each_one[none]": "upstream_failed"}, [], id="no list, as its task failed"),
        pytest.param(
            "text", {"each_one[none]": "upstream_failed"}, [], id="a text is no list, so its task failed"
        ),
        pytest.param(5, {"each_one[none]": "upstream_failed"}, [], id="nor is a number"),
    ],
)
def test_what_is_mapped_and_what_collects_it_always_end(
    items: Any, states: dict[str, str], values: list[Any]
) -> None:
    seen: list[Any] = []
    found = states_of(items, seen)
    assert {k: v for k, v in found.items() if k.startswith("each_one")} == states
    assert found["listed"] == ("success" if isinstance(items, list | dict) else "failed")
    assert found["total"] == "success"
    assert seen == [values]


@pytest.mark.parametrize(
    ("items", "state"),
    [
        pytest.param([1, 3], "success", id="all succeeded"),
        pytest.param([1, 2], "skipped", id="one was skipped"),
        pytest.param([1, 2, 4], "upstream_failed", id="one failed"),
        pytest.param([], "skipped", id="there was none"),
    ],
)
def test_what_follows_by_the_usual_rule_counts_all_items(items: list[int], state: str) -> None:
    assert states_of(items, [], rule="all_success")["total"] == state


def test_the_rule_of_what_is_mapped_decides_for_all_items_at_once() -> None:
    @outcome_op()
    def fails() -> None:
        raise ValueError("on purpose")

    @fan_out(rule="one_failed")
    def each() -> list[int]:
        return [1, 3]

    @fan_out()
    def never() -> list[int]:
        return [1, 3]

    @outcome_op()
    def clean(x: int) -> int:
        return double(x)

    @outcome_op()
    def work(x: int) -> int:
        return double(x)

    @dg.job(executor_def=in_one_process)
    def whole() -> None:
        failed = fails().outcome
        each(after=failed).map(lambda x: clean(x).outcome)
        never(after=failed).map(lambda x: work(x).outcome)

    states = run(whole).states
    assert {k: v for k, v in states.items() if k.startswith("clean")} == {
        "clean[0]": "success",
        "clean[1]": "success",
    }
    assert {k: v for k, v in states.items() if k.startswith("work")} == {"work[none]": "upstream_failed"}


def test_values_of_an_item_go_to_parameters_and_a_missing_one_keeps_its_default() -> None:
    seen = []

    @fan_out()
    def each() -> list[dict[str, int]]:
        return [{"a": 1}, {"a": 2, "b": 5}, {"a": 3, "c": 5}]

    @outcome_op(each=("a", "b"))
    def work(a: int, b: int = 7) -> None:
        seen.append((a, b))

    @dg.job(executor_def=in_one_process)
    def whole() -> None:
        each().map(lambda item: work(item=item).outcome)

    states = run(whole).states
    assert seen == [(1, 7), (2, 5)]
    assert states["work[2]"] == "failed"  # a function that is called with what it does not know fails


def test_the_tasks_of_a_group_follow_each_other_item_by_item() -> None:
    seen = []

    @fan_out(rule="always")
    def each() -> list[int]:
        return [1, 2, 3]

    @outcome_op()
    def first(x: int) -> int:
        return double(x)

    @outcome_op(rule="all_done")
    def second(value: Any) -> Any:
        seen.append(value)
        return value

    @outcome_op(rule="none_failed", also=("after_second",))
    def last(values: list[int]) -> None:
        seen.append(values)

    @dg.job(executor_def=in_one_process)
    def whole() -> None:
        def group(x: Any) -> Any:
            one = first(x)
            two = second(value=one.outcome, after=x)
            return one.outcome, two.outcome

        ones, twos = each().map(group)
        last(ones.collect(), after_second=twos.collect())

    assert run(whole).success
    assert seen == [2, None, 6, [2, 6]]


def test_a_fan_that_fails_fails_what_it_is_for() -> None:
    @fan_out()
    def each() -> list[int]:
        raise ValueError("on purpose")

    @outcome_op()
    def work(x: int) -> None: ...

    @dg.job(executor_def=in_one_process)
    def whole() -> None:
        each().map(lambda x: work(x).outcome)

    done = run(whole)
    assert done.states["work[none]"] == "upstream_failed"
    assert done.errors["work[none]"] == "dagster._core.definitions.events.Failure: did not run: each failed"
    assert not done.success


def test_every_combination_has_its_place_and_the_last_changes_fastest() -> None:
    assert product(x=[1, 2], y={"a": 3, "b": 4}) == [
        {"x": 1, "y": ("a", 3)},
        {"x": 1, "y": ("b", 4)},
        {"x": 2, "y": ("a", 3)},
        {"x": 2, "y": ("b", 4)},
    ]
    with pytest.raises(TypeError, match="str cannot be mapped over"):
        product(x=[1], y="ab")
