"""Whole DAGs end as they do in Airflow 2.11: the same one is run by Airflow and as a job of outcome ops."""

import random
from itertools import combinations
from typing import Any

import pytest
from described_jobs import following, job_of
from running import run

from migrator.runtime.outcomes import RULES, TEARDOWN, Outcome, decide

Tasks = list[dict[str, Any]]


def task(
    name: str, *before: str, kind: str = "works", rule: str = "all_success", **more: Any
) -> dict[str, Any]:
    return {"id": name, "before": list(before), "kind": kind, "rule": rule, **more}


NONE_FAILED = "none_failed_min_one_success"
WRITTEN = [
    pytest.param(
        [task("branch", kind="branch", returns="a"), task("a", "branch"), task("b", "branch")], id="an arm"
    ),
    pytest.param(
        [
            task("branch", kind="branch", returns=["a", "b"]),
            task("a", "branch"),
            task("b", "branch"),
            task("c", "branch"),
        ],
        id="two arms of three",
    ),
    pytest.param(
        [
            task("branch", kind="branch", returns=None),
            task("a", "branch"),
            task("end", "a", rule=NONE_FAILED),
        ],
        id="no arm",
    ),
    pytest.param(
        [
            task("branch", kind="branch", returns="nobody"),
            task("a", "branch"),
            task("end", "a", rule="all_done"),
        ],
        id="an arm that is not there",
    ),
    pytest.param(
        [task("branch", kind="branch", returns="a"), task("a", "branch"), task("join", "branch", "a")],
        id="a join that is also an arm is kept when the arm taken leads to it",
    ),
    pytest.param(
        [
            task("branch", kind="branch", returns="join"),
            task("a", "branch"),
            task("join", "branch", "a", rule="none_failed"),
        ],
        id="the join taken, and the arm before it not",
    ),
    pytest.param(
        [
            task("branch", kind="branch", returns="far"),
            task("a", "branch"),
            task("far", "a"),
            task("b", "branch"),
        ],
        id="a task further down is a valid choice, and follows nothing",
    ),
    pytest.param(
        [
            task("branch", kind="branch", returns="b"),
            task("a", "branch", rule="all_done"),
            task("b", "branch"),
        ],
        id="a rule does not overrule a branch",
    ),
    pytest.param(
        [task("branch", kind="fails"), task("a", "branch"), task("b", "a", rule="one_failed")],
        id="one failed",
    ),
    *(
        pytest.param(
            [
                task("check", kind="short_circuit", returns=False, skips=skips),
                task("a", "check"),
                task("b", "a", rule="all_done"),
                task("c", "b"),
            ],
            id=f"a short circuit that skips {skips}",
        )
        for skips in ("all", "next")
    ),
    *(
        pytest.param(
            [
                task("up"),
                task("check", "up", kind=check, returns=False, skips="all"),
                task("work", "check", kind=work),
                task("more", "work", rule="all_done"),
                task("down", "up", "more", teardown_of=["up"]),
            ],
            id=f"a teardown after {check} and then {work}",
        )
        for check in ("works", "short_circuit")
        for work in ("works", "fails", "skips")
    ),
    *(
        pytest.param(
            [
                task("up", kind=up),
                task("work", "up"),
                task("more", "work", rule="all_done"),
                task("down", "up", "more", teardown_of=["up"]),
            ],
            id=f"a setup that {up} decides for all in its scope",
        )
        for up in ("fails", "skips")
    ),
]


@pytest.mark.parametrize("tasks", WRITTEN)
def test_a_dag_ends_as_in_airflow(airflow2: Any, tasks: Tasks) -> None:
    assert run(job_of(tasks)).states == airflow2.ask("run", dags=[tasks])[0]["tasks"]


def made_up(seed: int) -> Tasks:
    """Some DAG of three to eight tasks."""
    dice = random.Random(seed)
    rules = sorted(set(RULES) - {TEARDOWN, "all_done_min_one_success", "always", "dummy"})
    tasks: Tasks = []
    for number in range(dice.randint(3, 8)):
        before = dice.sample([t["id"] for t in tasks], min(len(tasks), dice.randint(1, 3)))
        kind = dice.choice(["works", "works", "works", "fails", "skips", "branch", "short_circuit"])
        rule = dice.choice([*rules, *["all_success"] * len(rules)])
        tasks.append(task(f"t{number}", *sorted(before), kind=kind, rule=rule))
    for one in tasks:
        after = sorted(following(tasks, one["id"]))
        if one["kind"] == "branch":
            one["returns"] = dice.sample(after, dice.randint(0, min(2, len(after))))
        if one["kind"] == "short_circuit":
            one |= {"returns": dice.choice([True, False, False]), "skips": dice.choice(["all", "next"])}
    return tasks


def depends_on_timing(tasks: Tasks, states: dict[str, str]) -> bool:
    """Whether Airflow, which looks whenever a task has ended, may decide before all have."""

    skipped = set().union(
        *(following(tasks, t["id"]) for t in tasks if t["kind"] in ("branch", "short_circuit"))
    )

    def early(one: dict[str, Any]) -> bool:
        before = [Outcome(b, states[b]) for b in one["before"]]
        last = decide(one["rule"], before)
        subsets = [s for n in range(1, len(before)) for s in combinations(before, n)]
        ends = any(decide(one["rule"], s) not in (last, "run") for s in subsets)
        return ends or (one["rule"].startswith("one_") and one["id"] in skipped)

    return any(len(one["before"]) > 1 and early(one) for one in tasks)


def test_made_up_dags_end_as_in_airflow(airflow2: Any) -> None:
    ours = {seed: run(job_of(made_up(seed))).states for seed in range(30)}
    dags = airflow2.ask("run", dags=[made_up(seed) for seed in ours])
    differ = [
        (seed, made_up(seed), theirs["tasks"], ours[seed])
        for seed, theirs in zip(ours, dags, strict=True)
        if theirs["tasks"] != ours[seed] and not depends_on_timing(made_up(seed), ours[seed])
    ]
    assert differ == []
