"""What an outcome op gives to the ops after it, to Dagster, and to the one who writes its function."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from running import in_one_process, run

from migrator import runtime
from migrator.runtime.outcomes import Outcome, Skip, outcome_executor, outcome_op

HERE = Path(next(iter(runtime.__path__)))


class Settings(dg.ConfigurableResource):
    colour: str = "red"


class Size(dg.Config):
    size: int = 3


@outcome_op()
def works() -> int:
    return 7


@outcome_op()
def fails() -> None:
    raise ValueError("on purpose")


@outcome_op()
def skips() -> None:
    raise Skip("nothing new")


@pytest.fixture
def seen() -> list[Any]:
    return []


def job(**more: Any) -> Any:
    return dg.job(executor_def=in_one_process, **more)


# --- what the function gets


def test_a_parameter_gets_what_the_task_before_returned(seen: list[Any]) -> None:
    @outcome_op(rule="all_done")
    def look(one: int, two: int | None, three: list[Any]) -> None:
        seen.extend([one, two, three])

    @job()
    def whole() -> None:
        look(works().outcome, fails().outcome, [works().outcome, skips().outcome])

    assert not run(whole).success
    assert seen == [7, None, [7, None]]


def test_after_is_an_input_of_every_op_and_named_it_tells_how_tasks_ended(seen: list[Any]) -> None:
    @outcome_op(rule="all_done")
    def look(after: list[Outcome]) -> None:
        seen.extend((o.task, o.state) for o in after)

    @job()
    def whole() -> None:
        look(after=[fails().outcome, works().outcome])

    run(whole)
    assert seen == [("fails", "failed"), ("works", "success")]


def test_resources_config_context_and_defaults_are_as_in_any_op(seen: list[Any]) -> None:
    @outcome_op()
    def look(
        value: int,
        context: dg.OpExecutionContext,
        settings: Settings,
        url: dg.ResourceParam[str],
        config: Size,
        factor: int = 2,
    ) -> None:
        seen.extend([context.op.name, value * factor, settings.colour, url, config.size])

    @job(
        resource_defs={
            "settings": Settings(colour="blue"),
            "url": dg.ResourceDefinition.hardcoded_resource("u"),
        }
    )
    def whole() -> None:
        look(works().outcome)

    assert run(whole, {"ops": {"look": {"config": {"size": 5}}}}).success
    assert seen == ["look", 14, "blue", "u", 5]


def test_a_generator_returns_its_output_and_logs_its_other_events() -> None:
    @outcome_op()
    def report() -> Iterator[Any]:
        yield dg.AssetMaterialization("report")
        yield dg.Output("done")

    @dg.job
    def whole() -> None:
        report()

    done = whole.execute_in_process()
    assert done.output_for_node("report", "outcome").value == "done"
    assert [e.asset_key for e in done.get_asset_materialization_events()] == [dg.AssetKey("report")]


def test_an_outcome_op_can_be_called_in_a_unit_test() -> None:
    outputs = list(works(dg.build_op_context()))
    assert [(o.output_name, getattr(o.value, "value", o.value)) for o in outputs] == [
        ("outcome", 7),
        ("result", 7),
    ]


# --- how it ends


def test_a_plain_op_runs_on_the_result_which_is_there_after_success_only(seen: list[Any]) -> None:
    @dg.op
    def plain(value: int) -> None:
        seen.append(value)

    @job()
    def whole() -> None:
        for op in (works, skips, fails):
            plain(op().result)

    done = run(whole)
    assert seen == [7]
    assert {k: v for k, v in done.outputs.items() if "plain" not in k} == {
        "works": ["outcome", "result"],
        "skips": ["outcome"],
        "fails": ["outcome"],
    }


def test_a_failed_task_is_red_with_its_own_error_and_what_follows_says_why_it_did_not_run() -> None:
    @outcome_op()
    def next_one() -> None: ...

    @job()
    def whole() -> None:
        next_one(after=[fails().outcome, works().outcome])

    done = run(whole)
    assert done.states == {"fails": "failed", "works": "success", "next_one": "upstream_failed"}
    assert done.errors["fails"] == "ValueError: on purpose"
    assert "did not run: fails failed" in done.errors["next_one"]


def test_a_tolerated_failure_is_told_but_leaves_the_run_green() -> None:
    @outcome_op(tolerated=True)
    def may_fail() -> None:
        raise ValueError("on purpose")

    @outcome_op(rule="one_failed")
    def alert() -> None: ...

    @job()
    def whole() -> None:
        alert(after=[may_fail().outcome])

    done = run(whole)
    assert (done.success, done.states) == (True, {"may_fail": "failed", "alert": "success"})


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        pytest.param(ValueError("on purpose"), 3, id="an error is tried again"),
        pytest.param(dg.Failure("no use", allow_retries=False), 1, id="but not one that forbids it"),
        pytest.param(Skip("nothing new"), 1, id="nor a skip"),
    ],
)
@pytest.mark.parametrize("where", ["op", "job"])
def test_a_task_has_failed_after_its_last_try_only(error: Exception, tries: int, where: str) -> None:
    policy = dg.RetryPolicy(max_retries=2)

    @outcome_op(retry_policy=policy if where == "op" else None)
    def flaky() -> None:
        raise error

    @outcome_op(rule="all_done")
    def last(after: list[Outcome]) -> str:
        return after[0].state

    @job(op_retry_policy=policy if where == "job" else None)
    def whole() -> None:
        last(after=[flaky().outcome])

    done = run(whole)
    assert done.tries == {"flaky": tries, "last": 1}
    assert done.outputs["flaky"] == ["outcome"]
    assert done.states == {"flaky": "skipped" if isinstance(error, Skip) else "failed", "last": "success"}


def test_a_task_may_ask_for_another_try_itself() -> None:
    @outcome_op()
    def asks() -> None:
        raise dg.RetryRequested(max_retries=1)

    @job()
    def whole() -> None:
        asks()

    done = run(whole)
    assert (done.tries, done.states) == ({"asks": 2}, {"asks": "failed"})


def test_a_task_that_works_on_its_second_try_is_a_success() -> None:
    @outcome_op(retry_policy=dg.RetryPolicy(max_retries=1))
    def flaky(context: dg.OpExecutionContext) -> None:
        if context.retry_number == 0:
            raise ValueError("on purpose")

    @job()
    def whole() -> None:
        flaky()

    done = run(whole)
    assert (done.states, done.outputs) == ({"flaky": "success"}, {"flaky": ["outcome", "result"]})


# --- branches, short circuits, values that are only read


def test_an_unknown_arm_fails_the_branch_and_names_its_arms() -> None:
    @outcome_op(arms=("left", "right"))
    def choose() -> str:
        return "middle"

    @job()
    def whole() -> None:
        works(after=[choose().left])

    done = run(whole)
    assert done.states == {"choose": "failed", "works": "upstream_failed"}
    assert "['middle'] is no arm" in done.errors["choose"]


@pytest.mark.parametrize("value", [5, True, ["left", 5], ""])
def test_a_choice_that_is_no_name_fails_the_branch(value: Any) -> None:
    @outcome_op(arms=("left",))
    def choose() -> Any:
        return value

    @job()
    def whole() -> None:
        choose()

    assert run(whole).states == {"choose": "failed"}


def test_an_arm_carries_what_the_branch_returned(seen: list[Any]) -> None:
    @outcome_op(arms={"group.left": ("left",), "group.right": ("right",)})
    def choose() -> list[str]:
        return ["group.left"]

    @outcome_op()
    def look(choice: list[str]) -> None:
        seen.append(choice)

    @job()
    def whole() -> None:
        chosen = choose()
        look(chosen.left)
        look(chosen.right)

    assert run(whole).states == {"choose": "success", "look": "success", "look_2": "skipped"}
    assert seen == [["group.left"]]


def test_a_plain_op_after_a_closed_short_circuit_is_skipped(seen: list[Any]) -> None:
    @outcome_op(short_circuit="all")
    def check() -> bool:
        return False

    @dg.op
    def plain(go: bool) -> None:
        seen.append(go)

    @job()
    def whole() -> None:
        plain(check().result)

    assert run(whole).success
    assert seen == []


def test_a_value_that_is_only_read_does_not_count_for_the_rule() -> None:
    @outcome_op(rule="one_success", pulls=["far"])
    def look(far: int) -> None: ...

    @job()
    def whole() -> None:
        look(works().outcome, after=[skips().outcome])

    assert run(whole).states == {"works": "success", "skips": "skipped", "look": "skipped"}


def test_a_task_may_push_more_than_its_value(seen: list[Any]) -> None:
    @outcome_op(pushes=["path", "rows"])
    def extract() -> tuple[int, str, int]:
        return 1, "orders.csv", 5

    @outcome_op(rule="all_done", pushes=["path"])
    def fails_first() -> None:
        raise ValueError("on purpose")

    @outcome_op(rule="all_done")
    def look(value: int, path: str, rows: int, nothing: None) -> None:
        seen.extend([value, path, rows, nothing])

    @job()
    def whole() -> None:
        extracted = extract()
        look(extracted.outcome, extracted.path, extracted.rows, fails_first().path)

    assert run(whole).states == {"extract": "success", "fails_first": "failed", "look": "success"}
    assert seen == [1, "orders.csv", 5, None]


def test_what_is_pushed_must_be_as_many_as_was_said() -> None:
    @outcome_op(pushes=["path"])
    def extract() -> tuple[int, int, int]:
        return 1, 2, 3

    @job()
    def whole() -> None:
        extract()

    assert run(whole).states == {"extract": "failed"}


# --- as a part of somebody's project


def test_an_unknown_rule_is_refused_when_the_module_is_loaded() -> None:
    with pytest.raises(ValueError, match="all_donne"):
        outcome_op(rule="all_donne")


def test_the_executor_takes_all_the_config_of_the_usual_one() -> None:
    @dg.job(executor_def=outcome_executor)
    def whole() -> None:
        works()

    config = {"start_method": {"forkserver": {"preload_modules": ["dagster"]}}, "max_concurrent": 2}
    assert dg.validate_run_config(whole, {"execution": {"config": config}})


@pytest.mark.parametrize("module", ["outcomes", "shell", "dates"])
def test_a_module_works_alone(module: str, tmp_path: Path) -> None:
    text = (HERE / f"{module}.py").read_text(encoding="utf-8")
    (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")
    alone = f"import sys; sys.modules['migrator'] = None; import {module}"
    subprocess.run([sys.executable, "-c", alone], cwd=tmp_path, check=True)


# --- work that is done, and whose end is decided, elsewhere


@dataclass
class Ended:
    """As a task that ran in Airflow has it."""

    skipped: bool = False
    values: tuple[Any, ...] = (None,)
    skips: tuple[str, ...] = ()
    error: Exception | None = None
    others: tuple[str, ...] = ()


def test_what_failed_elsewhere_has_left_behind_what_it_pushed_before(seen: list[Any]) -> None:
    tries = []

    @outcome_op(pushes=("cluster",), retry_policy=dg.RetryPolicy(max_retries=1))
    def creates() -> Ended:
        tries.append(1)
        return Ended(values=(None, "c-1"), error=ValueError("it does not start"))

    @outcome_op(rule="all_done")
    def clean_up(cluster: str) -> None:
        seen.append(cluster)

    @job()
    def whole() -> None:
        clean_up(creates().cluster)

    done = run(whole)
    assert not done.success and done.states == {"creates": "failed", "clean_up": "success"}
    assert seen == ["c-1"] and len(tries) == 2


def test_what_ended_elsewhere_may_skip_tasks_far_below_whatever_their_rule() -> None:
    @outcome_op()
    def decides() -> Ended:
        return Ended(values=("value",), skips=("far",))

    @outcome_op()
    def near(got: str) -> str:
        return got

    @outcome_op(rule="always")
    def far() -> None:
        raise AssertionError("it was skipped")

    @outcome_op(rule="all_done")
    def after_all() -> None:
        pass

    @job()
    def whole() -> None:
        near_done = near(decides().outcome)
        after_all(after=[far(after=near_done.outcome).outcome, near_done.outcome])

    states = {"decides": "success", "near": "success", "far": "skipped", "after_all": "success"}
    assert run(whole).states == states


def test_what_ended_elsewhere_gives_its_values_or_is_skipped(seen: list[Any]) -> None:
    @outcome_op(pushes=("count",))
    def pushes() -> Ended:
        return Ended(values=("value", 3))

    @outcome_op(pushes=("count",))
    def has_nothing() -> Ended:
        return Ended(skipped=True, values=(None, None))

    @outcome_op(rule="all_done")
    def look(value: Any, count: Any, nothing: Any, before: dict[str, str]) -> None:
        seen.extend([value, count, nothing, before])

    @job()
    def whole() -> None:
        pushed = pushes()
        look(pushed.outcome, pushed.count, has_nothing().outcome)

    assert run(whole).success
    assert seen == ["value", 3, None, {"pushes": "success", "has_nothing": "skipped"}]


def test_before_knows_tasks_that_are_not_right_before(seen: list[Any]) -> None:
    @outcome_op(rule="all_done")
    def middle() -> None:
        pass

    @outcome_op()
    def look(before: dict[str, str]) -> None:
        seen.append(before)

    @job()
    def whole() -> None:
        look(after=middle(after=fails().outcome).outcome)

    run(whole)
    assert seen == [{"fails": "failed", "middle": "success"}]
